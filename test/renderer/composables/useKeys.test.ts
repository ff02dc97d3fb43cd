// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { defineComponent, h } from 'vue'
import { useKeys } from '../../../src-renderer/composables/useKeys.ts'

const pressed: string[] = []
const page = mount(
  defineComponent({
    setup() {
      const keys = ['y', 'ArrowRight', '$mod+f']
      useKeys(Object.fromEntries(keys.map((key) => [key, () => pressed.push(key)])))
    },
    render: () =>
      h('div', [
        h('input', { class: 'text' }),
        ...['checkbox', 'radio'].map((type) => h('input', { class: type, type })),
      ]),
  }),
  { attachTo: document.body },
)
afterEach(() => (pressed.length = 0))

function press(on: string, key: string, more: KeyboardEventInit = {}) {
  const at = on === 'body' ? document.body : page.get(on).element
  at.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more }))
  return [...pressed]
}

test('letters reach the page, also from a checkbox that was just ticked, and never from a text field', () => {
  expect(press('body', 'y')).toEqual(['y'])
  expect(press('.checkbox', 'y')).toEqual(['y', 'y'])
  expect(press('.text', 'y')).toEqual(['y', 'y'])
})

test('arrows belong to the radio button that has the focus', () => {
  expect(press('body', 'ArrowRight')).toEqual(['ArrowRight'])
  expect(press('.radio', 'ArrowRight')).toEqual(['ArrowRight'])
})

test('commands with the command key work in text fields too', () => {
  expect(press('.text', 'f', { ctrlKey: true })).toEqual(['$mod+f'])
})

test('a key that is held down counts once', () => {
  expect(press('body', 'y', { repeat: true })).toEqual([])
})
