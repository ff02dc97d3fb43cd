import { validationRate, type ValidationRate } from '../src-main/app/evaluation/validation-rate.ts'
import type { Scores } from '../src-main/app/evaluation/error-rates.ts'
import type { FaceSet } from './face-set.ts'

/** Tells two pictures apart, by their places. */
type Between = (left: number, right: number) => number

/** Distances of every pair of pictures of one fold, as FaceNet counts them: 290,000 of different people in a fold. */
export function allPairsOfFold({ pictures }: FaceSet, fold: number, between: Between): Scores {
  const own = [...pictures.keys()].filter((i) => pictures[i]!.fold === fold)
  const genuine: number[] = []
  const impostor = new Float64Array((own.length * (own.length - 1)) / 2)
  let count = 0
  own.forEach((left, at) => {
    for (let other = at + 1; other < own.length; other++) {
      const right = own[other]!
      const distance = between(left, right)
      if (pictures[left]!.identity === pictures[right]!.identity) genuine.push(distance)
      else impostor[count++] = distance
    }
  })
  return { genuine: Float64Array.from(genuine).sort(), impostor: impostor.slice(0, count).sort() }
}

export const FOLDS = [1, 2, 3, 4, 5]

const joined = (scores: readonly Scores[]): Scores => ({
  genuine: Float64Array.from(scores.flatMap(({ genuine }) => [...genuine])).sort(),
  impostor: merged(scores.map(({ impostor }) => impostor)),
})

function merged(lists: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const list of lists) {
    out.set(list, at)
    at += list.length
  }
  return out.sort()
}

/**
 * VAL at each rate over all pairs inside a fold. @param fit makes what tells two apart from the folds that are not judged
 */
export function validationRates(
  set: FaceSet,
  fars: readonly number[],
  fit: (training: readonly number[]) => Between,
): ValidationRate[] {
  // What learns nothing is the same for every fold, and so are its distances.
  const scored = new Map<Between, readonly Scores[]>()
  const folds = FOLDS.map((fold) => {
    const between = fit(FOLDS.filter((one) => one !== fold))
    const all = scored.get(between) ?? FOLDS.map((one) => allPairsOfFold(set, one, between))
    scored.set(between, all)
    return { fitted: joined(all.filter((_, at) => FOLDS[at] !== fold)), tested: all[FOLDS.indexOf(fold)]! }
  })
  return fars.map((far) => validationRate(folds, far))
}
