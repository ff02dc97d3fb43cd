// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import FolderCounts from '../../../../src-renderer/components/learn/FolderCounts.vue'
import { triage } from '../../learning.ts'

const show = (more: Partial<typeof triage> = {}) =>
  mount(FolderCounts, { props: { triage: { ...triage, ...more }, chosen: { kind: 'usable' } } })
const texts = (wrapper: ReturnType<typeof show>) =>
  wrapper.findAll('li').map((row) => row.text().replace(/\s+/g, ' ').trim())

test('each kind has its count, strangers say that they weigh less', () => {
  const rows = texts(show())
  expect(rows[0]).toMatch(/^Usable ?320$/)
  expect(rows).toContainEqual(expect.stringMatching(/^None of your identities ?25 ?weighted down$/))
  expect(rows).toContainEqual(expect.stringMatching(/^Unreadable ?3 ?list$/))
})

test('a single group is "One recurring unknown" and asks for a name; a named one does not', () => {
  const [group] = triage.groups
  expect(texts(show({ groups: [group!] }))).toContainEqual(expect.stringMatching(/^One recurring unknown ?7 ?name…$/))
  const named = texts(show({ groups: [{ ...group!, name: 'Kiwi', identityId: 'x' }] }))
  expect(named).toContainEqual(expect.stringMatching(/^Kiwi ?7 ?named$/))
})

test('more groups than fit are counted in one row', () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ id: `g${i}`, items: 10 - i, first: [], leftOut: false }))
  const rows = texts(show({ groups: many }))
  expect(rows).toContainEqual(expect.stringMatching(/^4 more recurring unknowns ?14$/))
})

test('"name…" shows the group and asks for its name', async () => {
  const wrapper = show()
  await wrapper
    .findAll('button')
    .find((each) => each.text() === 'name…')!
    .trigger('click')
  expect(wrapper.emitted('choose')).toEqual([[{ kind: 'recurring-unknown', group: 'a' }]])
  expect(wrapper.emitted('name')).toEqual([[triage.groups[0]]])
})
