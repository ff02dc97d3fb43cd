// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'

vi.stubGlobal('bridge', { invoke: vi.fn(), onEvent: vi.fn(), adopt: vi.fn() })
const { default: BoxPicker } = await import('../../../src-renderer/components/BoxPicker.vue')

const boxes = [10, 200, 400].map((x, i) => ({
  box: { x, y: 40, width: 80, height: 90 },
  label: `Face ${i + 1} of 3`,
  caption: String(i + 1),
}))
const draw = (extra = {}) =>
  mount(BoxPicker, {
    attachTo: document.body,
    props: {
      modelValue: 0,
      token: 'a'.repeat(32),
      name: 'group.jpg',
      size: { width: 640, height: 400 },
      boxes,
      legend: 'Faces found in the picture',
      ...extra,
    },
  })

test('the found faces are a group of radio buttons, one of them in the tab order', () => {
  const wrapper = draw()
  expect(wrapper.get('[role=radiogroup]').attributes('aria-label')).toBe('Faces found in the picture')
  const radios = wrapper.findAll('[role=radio]')
  expect(radios.map((each) => each.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  expect(radios[1]!.attributes('aria-label')).toBe('Face 2 of 3')
})

test('arrow keys go round through the faces', async () => {
  const wrapper = draw()
  await wrapper.findAll('[role=radio]')[0]!.trigger('keydown', { key: 'ArrowLeft' })
  expect(wrapper.emitted('update:modelValue')).toEqual([[2]])
})

test('a box drawn by hand moves with the arrow keys, grows with Shift, stays inside, and is told of once it rests', async () => {
  vi.useFakeTimers()
  const wrapper = draw({ drawing: true, drawn: { x: 0, y: 100, width: 100, height: 100 } })
  const hand = wrapper.get('button.hand')
  await hand.trigger('keydown', { key: 'ArrowLeft' })
  await hand.trigger('keydown', { key: 'ArrowDown' })
  await hand.trigger('keydown', { key: 'ArrowRight', shiftKey: true })
  expect(wrapper.emitted('draw')).toBeUndefined()
  await vi.runAllTimersAsync()
  expect(wrapper.emitted('draw')).toEqual([[{ x: 0, y: 106.4, width: 106.4, height: 100 }]])
  vi.useRealTimers()
})

test('the keyboard gets a first box in the middle', () => {
  const wrapper = draw({ drawing: true })
  wrapper.vm.place()
  expect(wrapper.emitted('draw')).toEqual([[{ x: 220, y: 100, width: 200, height: 200 }]])
})
