import { computed, shallowRef } from 'vue'
import type { AnalogyAnswer, AnalogyTerm } from '../../src-main/contract/analogies.ts'
import type { Adopted } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { createSide, swapSides, swapValues } from './usePictureSide.ts'
import { useTask } from './useProblem.ts'
import { useSettings } from './useSettings.ts'
import { useStatus } from './useStatus.ts'

export const PLACES = ['a', 'b', 'c'] as const
export type Place = (typeof PLACES)[number]

/** What was picked from the gallery: an identity with all its samples, or one sample of it. */
export interface Picked {
  readonly identityId: string
  readonly name: string
  readonly samples: number
  /** The sample that is shown. */
  readonly shown: string | null
  readonly sampleId?: string | undefined
}

const answer = shallowRef<AnalogyAnswer>()
/** Which of the answers is looked at. */
const chosen = shallowRef(0)
const asking = useTask()
const { profile } = useSettings()

const createPlace = () => ({
  picked: shallowRef<Picked>(),
  side: createSide({ changed: () => (answer.value = undefined), looked: ask }),
})
const places = { a: createPlace(), b: createPlace(), c: createPlace() }

const isFilled = (place: Place) => Boolean(places[place].picked.value ?? places[place].side.picture.value)
const started = computed(() => PLACES.some(isFilled))
const full = computed(() => PLACES.every(isFilled))

function termOf({ picked, side }: (typeof places)[Place]): AnalogyTerm | undefined {
  const of = picked.value
  if (of) return of.sampleId === undefined ? { identityId: of.identityId } : { sampleId: of.sampleId }
  const [picture, one] = [side.picture.value, side.one.value]
  if (!picture || !one) return undefined
  // Of several faces the one that is shown is meant; a single one needs no box.
  const box = side.box.value ?? (side.found.value.length > 1 ? one.box : undefined)
  return { picture: picture.token, ...(box && { box }) }
}

let last = 0
async function ask(): Promise<void> {
  const mine = ++last
  answer.value = undefined
  asking.problem.value = undefined
  const [a, b, c] = PLACES.map((place) => termOf(places[place]))
  if (!a || !b || !c) return
  const value = await asking.run(() => api.analogy({ a, b, c, profile: profile.value }))
  if (mine !== last || !value) return
  chosen.value = 0
  answer.value = value
}

function put(place: Place, picture: Adopted | undefined): void {
  places[place].picked.value = undefined
  void places[place].side.put(picture)
}

function pick(place: Place, picked: Picked | undefined): void {
  if (places[place].side.picture.value) put(place, undefined)
  places[place].picked.value = picked
  void ask()
}

/** Pictures fill the places that are empty, in order; one that is dropped on a place goes there. */
function take(pictures: readonly Adopted[], on?: Place): void {
  const [first, ...others] = pictures
  if (!first) return
  if (on && others.length === 0) return put(on, first)
  const empty = PLACES.filter((place) => !isFilled(place))
  const goals = empty.length >= pictures.length ? empty : PLACES
  goals.forEach((place, i) => pictures[i] && put(place, pictures[i]))
}

/** B is to A as what is to C? */
function swap(): void {
  swapSides(places.a.side, places.b.side)
  swapValues(places.a.picked, places.b.picked)
  void ask()
}

/** After another profile was chosen: what was picked in the gallery is of the one before. */
function again(): void {
  for (const { picked, side } of Object.values(places)) {
    picked.value = undefined
    if (side.picture.value) void side.put(side.picture.value)
  }
  void ask()
}

function clear(): void {
  for (const place of PLACES) put(place, undefined)
}

useStatus().onRevived(() => {
  if (asking.problem.value) void ask()
})

export function useAnalogy() {
  return { places, started, full, answer, chosen, asking, ask, put, pick, take, swap, again, clear }
}
