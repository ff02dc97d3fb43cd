import { describe, expect, it } from 'vitest'
import { FEWEST_PHOTOS, refusalOf } from '../../../src-main/app/learning/refusals.ts'
import {
  countKinds,
  membersOf,
  NO_CHOICES,
  standings,
  usableForRun,
  type StoredItem,
  type StoredTriage,
} from '../../../src-main/app/learning/triage-view.ts'

const item = (kind: StoredItem['kind'], more: Partial<StoredItem> = {}): StoredItem => ({
  path: 'a.jpg',
  kind,
  weight: 0.5,
  sha256: 'ab',
  which: 0,
  ...more,
})
const triage: StoredTriage = {
  id: 't',
  folder: '/photos',
  profile: 'object',
  model: 'm',
  madeAt: 0,
  rule: '',
  identities: 2,
  items: [
    item('usable'),
    item('near-duplicate', { of: 0 }),
    { path: 'b.jpg', kind: 'unreadable', weight: 0 },
    item('stranger', { weight: 0.1 }),
    item('recurring-unknown', { group: 0, weight: 0.2 }),
    item('recurring-unknown', { group: 0, weight: 0.2 }),
    item('enrolled'),
  ],
}

describe('a triage as it stands', () => {
  it('counts every item once, and knows the members of each group', () => {
    const all = standings(triage, NO_CHOICES)
    expect(countKinds(all)).toEqual({
      usable: 1,
      'near-duplicate': 1,
      unreadable: 1,
      stranger: 1,
      'recurring-unknown': 2,
      enrolled: 1,
    })
    expect(membersOf(all)).toEqual([['g0', [4, 5]]])
  })

  it('weighs what the user moves whole or not at all', () => {
    const all = standings(triage, { ...NO_CHOICES, moved: { 3: 'usable', 0: 'stranger', 4: { group: 'm1' } } })
    expect(all.map(({ kind }) => kind).slice(0, 4)).toEqual(['stranger', 'near-duplicate', 'unreadable', 'usable'])
    expect([all[3]!.weight, all[0]!.weight]).toEqual([1, 0])
    expect(membersOf(all).map(([name]) => name)).toEqual(['m1', 'g0'])
  })

  it('leaves out single pictures and whole groups, and a run learns from neither, nor from copies or what cannot be read', () => {
    const all = standings(triage, { ...NO_CHOICES, out: [0], groupsOut: ['g0'] })
    expect(usableForRun(triage, all)).toEqual([3, 6])
    expect(usableForRun(triage, standings(triage, NO_CHOICES))).toEqual([0, 3, 4, 5, 6])
  })

  it('weighs a group whole once it has a name', () => {
    const all = standings(triage, { ...NO_CHOICES, named: { g0: { name: 'Ada', identityId: 'i' } } })
    expect(all[4]!.weight).toBe(1)
  })
})

describe('a folder that nothing can be learned from', () => {
  const facts = { profile: 'object', files: 1000, readable: 1000, distinct: 1000, identities: 5 } as const
  it.each([
    ['has no pictures', { files: 0, readable: 0, distinct: 0 }, 'no pictures'],
    ['has no picture that can be read', { readable: 0, distinct: 0 }, 'None of the 1000'],
    ['meets an empty gallery', { identities: 0 }, 'Enrol at least two things'],
    ['meets a gallery of one', { identities: 1 }, 'one thing alone'],
    ['has one picture', { files: 1, readable: 1, distinct: 1 }, 'one usable picture'],
    ['has 1,000 copies of one picture', { distinct: 1 }, 'copies of one picture'],
    ['has too few that differ', { distinct: FEWEST_PHOTOS - 1 }, 'at least 10'],
    [
      'has too few for all the identities',
      { distinct: 30, identities: 16 },
      'for 16 things learning takes at least 32',
    ],
  ])('%s: the refusal says so and what to do', (_, change, words) => {
    expect(refusalOf({ ...facts, ...change })?.code).toBe('not-trainable')
    expect(refusalOf({ ...facts, ...change })?.message).toContain(words)
  })
  it('is none of these: nothing is refused', () => {
    expect(refusalOf(facts)).toBeUndefined()
  })
})
