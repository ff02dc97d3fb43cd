import { describe, expect, it } from 'vitest'
import { allPairsOfFold, FOLDS, validationRates } from '../../bench/face-rates.ts'
import { seededRandom } from '../../src-main/app/evaluation/random.ts'

const random = seededRandom(6)
/** Four pictures of each of three people in each fold; one number tells a person, with noise. */
const pictures = FOLDS.flatMap((fold) =>
  Array.from({ length: 12 }, (_, i) => ({ path: `${fold}-${i}`, identity: `${fold}-${i % 3}`, fold })),
)
const places = pictures.map(({ identity }) => Number(identity.at(-1)) + 0.6 * random())
const between = (a: number, b: number) => Math.abs(places[a]! - places[b]!)

describe('rates over all pairs inside a fold', () => {
  it('count every pair once, ascending', () => {
    const { genuine, impostor } = allPairsOfFold({ pictures, pairs: [] }, 2, between)
    const [mated, others]: [number[], number[]] = [[], []]
    for (let a = 12; a < 24; a++)
      for (let b = 12; b < a; b++) (a % 3 === b % 3 ? mated : others).push(Math.abs(places[a]! - places[b]!))
    expect([...genuine]).toEqual(mated.sort((a, b) => a - b))
    expect([...impostor]).toEqual(others.sort((a, b) => a - b))
    expect([genuine.length, impostor.length]).toEqual([18, 48])
  })

  it('are fitted on the other folds, and alike where nothing is learned', () => {
    const seen: number[][] = []
    const [learned] = validationRates({ pictures, pairs: [] }, [0.05], (training) => {
      seen.push([...training])
      return (a, b) => between(a, b)
    })
    expect(seen).toEqual(FOLDS.map((fold) => FOLDS.filter((other) => other !== fold)))
    const [same] = validationRates({ pictures, pairs: [] }, [0.05], () => between)
    expect(same).toEqual(learned)
    expect(learned!.folds).toHaveLength(5)
    expect(learned!.val).toBeGreaterThan(0.5)
  })
})
