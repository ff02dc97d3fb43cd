// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../src-main/contract/errors.ts'
import type { TriageRowsRequest } from '../../../src-main/contract/learning-api.ts'
import type { Triage } from '../../../src-main/contract/types.ts'
import { items, run, triage } from '../learning.ts'
import { tellBridge } from '../told-bridge.ts'

const group = { id: 'm1', items: 3, first: [], leftOut: false }
const grown: Triage = { ...triage, groups: [...triage.groups, group] }
let refuses = false
const { asked, of } = tellBridge({
  triage: () => triage,
  triageItems: ({ kind, offset, limit }: TriageRowsRequest) => {
    const all = items.filter((item) => !kind || item.kind === kind)
    return { items: all.slice(offset, offset + limit), total: all.length }
  },
  moveItems: () => {
    if (refuses) throw new AppError('wrong-use', 'It can be put nowhere else.')
    return grown
  },
  nameGroup: () => ({
    ...grown,
    groups: grown.groups.map((each) => (each === group ? { ...each, name: 'Kiwi' } : each)),
  }),
  startRun: () => run,
})
const { useTriage } = await import('../../../src-renderer/composables/useTriage.ts')
const { useUndo } = await import('../../../src-renderer/composables/useUndo.ts')
const of1 = useTriage()

beforeEach(async () => {
  refuses = false
  of1.id.value = undefined
  await of1.open(triage.id)
  asked.length = 0
})

test('pictures of a kind are read as far as they are looked at', async () => {
  expect(of1.entries.value).toHaveLength(320)
  expect(of1.entries.value.filter(Boolean)).toHaveLength(200)
  await of1.show(190, 230)
  expect(of1.entries.value.filter(Boolean)).toHaveLength(320)
  expect(of('triageItems')).toEqual([{ triage: triage.id, kind: 'usable', offset: 200, limit: 200 }])
})

test('what is drawn around becomes a new group with the name', async () => {
  const now = await of1.nameItems(triage.id, [3, 5, 8], 'Kiwi')
  expect(of('moveItems')).toEqual([{ triage: triage.id, items: [3, 5, 8], to: { newGroup: true } }])
  expect(of('nameGroup')).toEqual([{ triage: triage.id, group: 'm1', name: 'Kiwi' }])
  expect(now.groups.at(-1)?.name).toBe('Kiwi')
})

test('a move takes the choice back and reads the list again; a refused one says why and keeps the choice', async () => {
  of1.selected.value = new Set([1, 2])
  refuses = true
  await of1.move([1, 2], { kind: 'stranger' })
  expect(useUndo().toast.value?.text).toBe('It can be put nowhere else.')
  expect([...of1.selected.value]).toEqual([1, 2])
  refuses = false
  await of1.move([1, 2], { kind: 'stranger' })
  expect(of1.selected.value.size).toBe(0)
  expect(of('triageItems')).toHaveLength(1)
})
