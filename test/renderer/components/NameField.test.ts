// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'

const ada = { id: '1'.repeat(32), name: 'Ada', profile: 'face', samples: 2, cover: null, createdAt: 0, changedAt: 0 }
const invoke = vi.fn((method: string, args: unknown) => {
  void args
  return Promise.resolve({ ok: true, value: method === 'listIdentities' ? { identities: [ada], total: 1 } : {} })
})
vi.stubGlobal('bridge', { invoke, onEvent: vi.fn(), adopt: vi.fn() })
const { default: NameField } = await import('../../../src-renderer/components/NameField.vue')

async function typed(text: string) {
  const wrapper = mount(NameField, {
    attachTo: document.body,
    props: {
      modelValue: '',
      'onUpdate:modelValue': (value: string) => void wrapper.setProps({ modelValue: value }),
      to: undefined,
      'onUpdate:to': (value: unknown) => void wrapper.setProps({ to: value as never }),
      profile: 'face',
    },
  })
  await wrapper.get('input').setValue(text)
  await flushPromises()
  return wrapper
}

test('a typed name is a new identity, also when one of that name exists: names are not unique', async () => {
  const wrapper = await typed(' Ada ')
  expect(wrapper.props('to')).toEqual({ name: 'Ada' })
  expect(wrapper.text()).toContain('A new identity.')
})

test('the gallery is asked for the profile at hand only', async () => {
  await typed('Ad')
  expect(invoke).toHaveBeenLastCalledWith('listIdentities', [
    expect.objectContaining({ search: 'Ad', profile: 'face' }),
  ])
})

test('arrow down and Enter choose an existing identity, typing on makes it a new one again', async () => {
  const wrapper = await typed('Ad')
  const input = wrapper.get('input')
  expect(wrapper.findAll('[role=option]').map((each) => each.text())).toEqual([
    'New identity “Ad”',
    'Add to Ada2 samples',
  ])
  await input.trigger('keydown', { key: 'ArrowDown' })
  await input.trigger('keydown', { key: 'ArrowDown' })
  await input.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect(wrapper.props('to')).toEqual({ identityId: ada.id, name: 'Ada' })
  expect(wrapper.text()).toContain('A further sample of Ada.')
  await input.setValue('Adam')
  await flushPromises()
  expect(wrapper.props('to')).toEqual({ name: 'Adam' })
})

test('Enter with nothing chosen in the list submits the name', async () => {
  const wrapper = await typed('Ida')
  await wrapper.get('input').trigger('keydown', { key: 'Enter' })
  expect(wrapper.emitted('submit')).toHaveLength(1)
})
