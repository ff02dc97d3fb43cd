// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, expect, test } from 'vitest'
import type { ModelDetail } from '../../../src-main/contract/types.ts'
import { comparison, detail, hex, models } from '../learning.ts'
import { tellBridge } from '../told-bridge.ts'

let now: ModelDetail = detail
const { asked, of } = tellBridge({
  models: () => models,
  model: () => now,
  promote: () => (now = { ...now, state: 'live' }),
  rollback: () => ({ ...now, id: hex(50), title: 'object-3', state: 'live' }),
  keepModel: () => (now = { ...now, state: 'kept' }),
})
const { default: ModelPage } = await import('../../../src-renderer/pages/ModelPage.vue')
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:all(.*)', component: { render: () => null } }],
})

async function shown(model: ModelDetail) {
  now = model
  const wrapper = mount(ModelPage, { props: { id: model.id }, global: { plugins: [router] } })
  await flushPromises()
  const button = (name: string) => wrapper.findAll('button').find((each) => each.text() === name)
  return { wrapper, button }
}
beforeEach(() => (asked.length = 0))

test('a better challenger is offered for promotion, and the words come before the figures', async () => {
  const { wrapper, button } = await shown(detail)
  expect(wrapper.get('[role=status]').text()).toBe('Better than object-3')
  expect(wrapper.text()).toContain('moderate evidence')
  expect(button('Promote anyway')).toBeUndefined()
  await button('Promote')!.trigger('click')
  await flushPromises()
  expect(of('promote')).toEqual([{ model: detail.id }])
  expect(button('Promote')).toBeUndefined()
  expect(button('Roll back to object-3')).toBeDefined()
})

test('one that is not better is never offered as "Promote", only anyway and with the reason', async () => {
  const reason = 'The difference may be chance.'
  const { wrapper, button } = await shown({ ...detail, comparison: { ...comparison, verdict: 'not-better', reason } })
  expect(button('Promote')).toBeUndefined()
  expect(wrapper.find('.button.primary').exists()).toBe(false)
  expect(wrapper.get('[aria-label="Promote anyway"]').text()).toContain(reason)
  await button('Promote anyway')!.trigger('click')
  await flushPromises()
  expect(of('promote')).toEqual([{ model: detail.id, anyway: true }])
})

test('one that was compared with a model that is not live now is offered only anyway, and says so', async () => {
  const champion = { ...comparison.champion, model: hex(90) }
  const { wrapper, button } = await shown({ ...detail, comparison: { ...comparison, champion } })
  expect(button('Promote')).toBeUndefined()
  expect(wrapper.get('[aria-label="Promote anyway"]').text()).toContain('which is not live now')
})

test('the live one can be rolled back and cannot be discarded', async () => {
  const { button } = await shown({ ...detail, state: 'live' })
  expect(button('Discard')).toBeUndefined()
  await button('Roll back to object-3')!.trigger('click')
  await flushPromises()
  expect(of('rollback')).toEqual(['object'])
})

test('a model without a comparison says so, and a discarded one offers nothing', async () => {
  const bare = Object.fromEntries(
    Object.entries(detail).filter(([key]) => key !== 'comparison'),
  ) as unknown as ModelDetail
  expect((await shown(bare)).wrapper.text()).toContain('No comparison is kept of this model.')
  const { button } = await shown({ ...detail, state: 'discarded' })
  expect([button('Promote'), button('Keep as challenger'), button('Discard')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('the shipped model can be made live again, and is never exported or discarded', async () => {
  const { button } = await shown({ ...detail, kind: 'shipped', state: 'retired', title: 'object' })
  expect([button('Export…'), button('Discard'), button('Promote')]).toEqual([undefined, undefined, undefined])
  await button('Make it live again')!.trigger('click')
  await flushPromises()
  expect(of('promote')).toEqual([{ model: detail.id }])
})

test('answers that would change are told with both names, unknown where there is none', async () => {
  const { wrapper } = await shown(detail)
  const first = wrapper.get('section[aria-labelledby=changes-title] li')
  expect(first.text()).toContain('unknown')
  expect(first.text()).toContain('Banana')
})
