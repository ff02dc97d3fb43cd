// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, expect, test } from 'vitest'
import { NETWORKS } from '../../../src-main/contract/networks.ts'
import { AppError } from '../../../src-main/contract/errors.ts'
import { settingsSchema } from '../../../src-main/contract/settings.ts'
import type { OwnProfileSummary, Profile } from '../../../src-main/contract/types.ts'
import { hex, losses, run } from '../learning.ts'
import { tellBridge } from '../told-bridge.ts'

const digits: OwnProfileSummary = {
  ...{ id: 'own-0123456789abcdef', name: 'Digits', createdAt: 1, identities: 10, samples: 12, model: 'm' },
}
let settings = settingsSchema.parse({ profile: 'object' })
let refuse = ''
const { asked, of } = tellBridge({
  profiles: () => [digits],
  settings: () => settings,
  changeSettings: (change: { profile?: Profile }) => (settings = { ...settings, ...change }),
  chooseFiles: () => [{ token: hex(7), name: 'numbers', isFolder: true }],
  deleteProfile: () => ({ identities: 10, samples: 12 }),
  runs: () => [],
  losses: () => losses,
  startRun: () => {
    if (refuse) throw new AppError('wrong-use', refuse)
    return run
  },
})
const { default: ScratchPage } = await import('../../../src-renderer/pages/ScratchPage.vue')
const { default: OwnProfiles } = await import('../../../src-renderer/components/learn/OwnProfiles.vue')
const { default: ProfileChoice } = await import('../../../src-renderer/components/ProfileChoice.vue')
const { useProfiles } = await import('../../../src-renderer/composables/useProfiles.ts')
const { useSettings } = await import('../../../src-renderer/composables/useSettings.ts')
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:all(.*)', component: { render: () => null } }],
})
const global = {
  plugins: [router],
  stubs: { ElDialog: { template: '<div role="dialog"><slot /><slot name="footer" /></div>' } },
}

beforeEach(async () => {
  asked.length = 0
  refuse = ''
  settings = settingsSchema.parse({ profile: 'object' })
  await useSettings().refresh()
  await useProfiles().refresh()
})

async function page() {
  const wrapper = mount(ScratchPage, { global })
  await wrapper
    .findAll('button')
    .find((each) => each.text() === 'Choose a folder…')!
    .trigger('click')
  await flushPromises()
  return wrapper
}

test('each network of the table is offered with one sentence, and the chosen one is asked for with the name', async () => {
  const wrapper = await page()
  const choices = wrapper.findAll<HTMLInputElement>('input[name=network]')
  expect(choices).toHaveLength(NETWORKS.length + 1)
  for (const { title, words } of NETWORKS) {
    expect(wrapper.text()).toContain(title)
    expect(words).toMatch(/^[^.]+\.$/)
  }
  await choices[4]!.setValue()
  await wrapper.get('input[type=text]').setValue(' My numbers ')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(of('startRun')).toEqual([
    {
      ...{ labelled: hex(7), profile: 'object', name: ' My numbers ' },
      config: { recipe: 'scratch', seed: 0, network: 'omniglot' },
    },
  ])
})

test('the losses that the engine has are offered, and the chosen one is asked for', async () => {
  const wrapper = await page()
  const choice = wrapper.get<HTMLSelectElement>('section[aria-labelledby=loss-title] select')
  expect(choice.findAll('option').map((each) => each.text())).toEqual([
    'Chosen by the folders',
    ...losses.map(({ name, title }) => `${title} (${name})`),
  ])
  await choice.setValue('softmax')
  expect(wrapper.get('#loss-words').text()).toBe(losses[1]!.words)
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(of('startRun')).toMatchObject([{ config: { recipe: 'scratch', loss: 'softmax' } }])
})

test('a refused start says why, and keeps what was chosen', async () => {
  refuse = 'A profile is called "numbers" already. Choose another name, or train that profile again.'
  const wrapper = await page()
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(wrapper.text()).toContain('called "numbers" already')
  expect(wrapper.text()).toContain('Choose another folder…')
})

test('a profile of one’s own is trained again without a new name', async () => {
  settings = { ...settings, profile: digits.id }
  await useSettings().refresh()
  const wrapper = await page()
  expect(wrapper.get<HTMLSelectElement>('section[aria-labelledby=profile-title] select').element.value).toBe(digits.id)
  expect(wrapper.find('input[type=text]').exists()).toBe(false)
  expect(wrapper.text()).toContain('a challenger of the one that answers in “Digits” now')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(of('startRun')).toMatchObject([{ profile: digits.id }])
  expect(of('startRun')[0]).not.toHaveProperty('name')
})

test('it is among the profiles to choose from, by its name', async () => {
  const wrapper = mount(ProfileChoice, { global })
  expect(wrapper.findAll('label').map((each) => each.text())).toEqual(['Face', 'Object', 'Digits'])
  await wrapper.findAll<HTMLInputElement>('input')[2]!.setValue()
  await flushPromises()
  expect(of('changeSettings')).toEqual([{ profile: digits.id }])
})

test('it is deleted only after the question, which says what goes', async () => {
  const wrapper = mount(OwnProfiles, { global })
  await wrapper.get('button[aria-label="Delete Digits"]').trigger('click')
  expect(of('deleteProfile')).toEqual([])
  expect(wrapper.get('[role=dialog]').text()).toContain('10 identities with 12 samples')
  await wrapper
    .findAll('button')
    .find((each) => each.text() === 'Delete for good')!
    .trigger('click')
  await flushPromises()
  expect(of('deleteProfile')).toEqual([digits.id])
})
