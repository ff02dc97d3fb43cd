import { shallowRef } from 'vue'
import type { Adopted, VerifyAnswer } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { createSide, swapSides } from './usePictureSide.ts'
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
/** Id of the attribute to compare by; the whole picture without it. */
const by = shallowRef<string>()
const { profile } = useSettings()

const watch = { changed: () => (answer.value = undefined), looked: compare }
const a = createSide(watch)
const b = createSide(watch)
const sides = { a, b }

let last = 0
async function compare(): Promise<void> {
  const mine = ++last
  answer.value = undefined
  comparing.problem.value = undefined
  const left = a.picture.value
  const right = b.picture.value
  if (!left || !right || !a.one.value || !b.one.value) return
  const request = {
    a: side('a', left),
    b: side('b', right),
    profile: profile.value,
    ...(by.value !== undefined && { by: by.value }),
  }
  const value = await comparing.run(() => api.verify(request))
  if (mine === last && value) answer.value = value
}

function side(name: Side, picture: Adopted) {
  const box = sides[name].box.value
  return { picture: picture.token, ...(box ? { box } : {}) }
}

/** One picture fills a slot, two make a pair, more are each compared with the first. */
function take(pictures: readonly Adopted[], slot?: Side): void {
  const [left, ...others] = pictures
  if (!left) return
  if (others.length > 0) return show(others.map((right) => ({ left, right })))
  pairs.value = []
  void sides[slot ?? (a.picture.value ? 'b' : 'a')].put(left)
}

function show(list: readonly Pair[]): void {
  pairs.value = list
  go(0)
}

function go(index: number): void {
  const pair = pairs.value[index]
  if (!pair) return
  at.value = index
  void a.put(pair.left)
  void b.put(pair.right)
}

function swap(): void {
  swapSides(a, b)
  void compare()
}

function again(): void {
  for (const one of [a, b]) void one.put(one.picture.value)
}

function clear(): void {
  pairs.value = []
  for (const one of [a, b]) void one.put(undefined)
}

useStatus().onRevived(() => {
  if (comparing.problem.value || a.looked.value?.problem || b.looked.value?.problem) again()
})

export function useVerify() {
  return { sides, pairs, at, answer, comparing, by, compare, take, show, go, swap, again, clear }
}
