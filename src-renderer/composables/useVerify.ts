import { computed, shallowRef } from 'vue'
import type { Adopted, Box, VerifyAnswer } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { createInspection } from './useInspection.ts'
import { useTask } from './useProblem.ts'
import { useSettings } from './useSettings.ts'
import { useStatus } from './useStatus.ts'

export type Side = 'a' | 'b'
export interface Pair {
  readonly left: Adopted
  readonly right: Adopted
}

const pairs = shallowRef<readonly Pair[]>([])
const at = shallowRef(0)
const answer = shallowRef<VerifyAnswer>()
const comparing = useTask()
const { profile } = useSettings()

function createSide() {
  const picture = shallowRef<Adopted>()
  const box = shallowRef<Box>()
  const { looked, busy, look } = createInspection()
  const found = computed(() => looked.value?.inspection?.found ?? [])
  const index = computed(() => {
    const chosen = box.value
    if (!chosen) return 0
    return Math.max(
      0,
      found.value.findIndex((each) => each.box.x === chosen.x && each.box.y === chosen.y),
    )
  })
  const one = computed(() => found.value[index.value])
  return { picture, box, looked, busy, look, found, index, one }
}
const a = createSide()
const b = createSide()
const sides = { a, b }

let last = 0
async function compare(): Promise<void> {
  const mine = ++last
  answer.value = undefined
  comparing.problem.value = undefined
  const left = a.picture.value
  const right = b.picture.value
  if (!left || !right || !a.one.value || !b.one.value) return
  const request = { a: side('a', left), b: side('b', right), profile: profile.value }
  const value = await comparing.run(() => api.verify(request))
  if (mine === last && value) answer.value = value
}

function side(name: Side, picture: Adopted) {
  const box = sides[name].box.value
  return { picture: picture.token, ...(box ? { box } : {}) }
}

async function put(name: Side, picture: Adopted | undefined, box?: Box): Promise<void> {
  const one = sides[name]
  one.picture.value = picture
  one.box.value = box
  answer.value = undefined
  const looked = await one.look(picture, profile.value, box)
  if (looked) await compare()
}

/** Chooses another face of a side, or a box drawn by hand. */
async function choose(name: Side, box: Box, drawn = false): Promise<void> {
  if (drawn) return put(name, sides[name].picture.value, box)
  sides[name].box.value = box
  await compare()
}

/** One picture fills a slot, two make a pair, more are each compared with the first. */
function take(pictures: readonly Adopted[], slot?: Side): void {
  const [left, ...others] = pictures
  if (!left) return
  if (others.length > 0) return show(others.map((right) => ({ left, right })))
  pairs.value = []
  void put(slot ?? (a.picture.value ? 'b' : 'a'), left)
}

function show(list: readonly Pair[]): void {
  pairs.value = list
  go(0)
}

function go(index: number): void {
  const pair = pairs.value[index]
  if (!pair) return
  at.value = index
  void put('a', pair.left)
  void put('b', pair.right)
}

function swap(): void {
  const keep = { picture: a.picture.value, box: a.box.value, looked: a.looked.value }
  a.picture.value = b.picture.value
  a.box.value = b.box.value
  a.looked.value = b.looked.value
  b.picture.value = keep.picture
  b.box.value = keep.box
  b.looked.value = keep.looked
  void compare()
}

function again(): void {
  for (const name of ['a', 'b'] as const) void put(name, sides[name].picture.value)
}

function clear(): void {
  pairs.value = []
  void put('a', undefined)
  void put('b', undefined)
}

useStatus().onRevived(() => {
  if (comparing.problem.value || a.looked.value?.problem || b.looked.value?.problem) again()
})

export function useVerify() {
  return { sides, pairs, at, answer, comparing, take, put, choose, show, go, swap, again, clear }
}
