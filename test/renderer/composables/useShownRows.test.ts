import { nextTick, ref } from 'vue'
import { expect, test } from 'vitest'
import { rowsOf } from '../../../src-main/contract/lab-rows.ts'
import { MOST_LINES, useShownRows } from '../../../src-renderer/composables/useShownRows.ts'
import { cells, plan } from '../lab.ts'

const small = { ...plan, losses: ['softmax', 'angular'] }

test('all rows are shown where they are few, each with a colour of its own', () => {
  const rows = rowsOf(cells(small))
  const { shown, hueOf, isFull } = useShownRows(() => rows)
  expect(shown.value).toEqual(rows.map(({ key }) => key))
  expect(rows.map(({ key }) => hueOf(key))).toEqual([0, 1, 2, 3, 4, 5])
  expect(isFull.value).toBe(false)
})

test('the best are shown where they are many, and what stays keeps its colour', async () => {
  const rows = ref(rowsOf(cells(plan, 5)))
  const { shown, hueOf } = useShownRows(() => rows.value)
  const before = new Map(shown.value.map((key) => [key, hueOf(key)]))
  expect(before.size).toBe(6)
  rows.value = rowsOf(cells())
  await nextTick()
  expect(shown.value).toHaveLength(MOST_LINES)
  for (const [key, hue] of before) if (shown.value.includes(key)) expect(hueOf(key)).toBe(hue)
})

test('a choice is kept while results come in; a colour that is free is taken again', async () => {
  const rows = ref(rowsOf(cells()))
  const { shown, hueOf, show, isFull } = useShownRows(() => rows.value)
  const last = rows.value.find(({ key }) => hueOf(key) < 0)!.key
  const left = shown.value[3]!
  expect(isFull.value).toBe(true)
  show(last, true)
  expect(hueOf(last)).toBe(-1)
  show(left, false)
  show(last, true)
  expect(hueOf(last)).toBe(3)
  rows.value = rowsOf(cells())
  await nextTick()
  expect(hueOf(left)).toBe(-1)
  expect(hueOf(last)).toBe(3)
})
