import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deepFaceFigures } from '../../bench/deepface-chi2.ts'
import type { FacePair, FaceSet } from '../../bench/face-set.ts'
import type { Result } from '../../bench/result.ts'
import { matrix, unitRows } from '../../src-main/engine/heads/matrix.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'

const [FOLDS, PEOPLE, EACH, SIZE] = [5, 4, 3, 8]

/** Five folds of people, each a direction with noise about it; every two pictures of a fold are a pair. */
function drawnSet() {
  const random = createRandom(3)
  const number = () => 2 * random.next() - 1
  const pictures: { path: string; identity: string; fold: number }[] = []
  const rows: number[][] = []
  for (let fold = 1; fold <= FOLDS; fold++)
    for (let person = 0; person < PEOPLE; person++) {
      const middle = Array.from({ length: SIZE }, number)
      for (let n = 0; n < EACH; n++) {
        pictures.push({ path: `${pictures.length}`, identity: `${fold} ${person}`, fold })
        rows.push(middle.map((value) => value + 0.5 * number()))
      }
    }
  const pairs: FacePair[] = pictures.flatMap(({ identity, fold }, left) =>
    pictures.flatMap((other, right) =>
      right > left && other.fold === fold ? [{ left, right, same: other.identity === identity, fold }] : [],
    ),
  )
  const set: FaceSet = { pictures, pairs }
  return { set, embeddings: unitRows(matrix(rows.length, SIZE, Float32Array.from(rows.flat()))) }
}

/** A row's name without what was measured: its interval and how many pairs there were. */
const row = ({ name, unit }: { readonly name: string; readonly unit: string }) =>
  `${name.replace(/ \(95 %: [^)]*\)/, '').replace(/\d+ genuine/, 'N genuine')}, ${unit}`

describe('the bench of DeepFace’s distance', () => {
  let made: ReturnType<typeof deepFaceFigures>
  beforeAll(() => {
    const { set, embeddings } = drawnSet()
    made = deepFaceFigures(set, embeddings)
  })

  it('measures by itself every row that its results hold, in the same unit', () => {
    const file = join(import.meta.dirname, '../../bench/results/deepface-chi2.json')
    const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: readonly Result[] }
    const rows = made.figures.map(row)
    for (const result of results) expect(rows).toContain(row(result))
  })

  it('gives each distance the same seven figures, and says in its finding what was found with each', () => {
    const names = made.figures.map(row)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toHaveLength(6 * 7 + 1)
    const accuracy = (start: string) => {
      const { values } = made.figures.find(({ name }) => name.startsWith(`${start}: verification accuracy`))!
      return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2)
    }
    expect(made.finding[0]).toContain(`${accuracy('DeepFace features, weighted χ²')} % with weighted χ²`)
    expect(made.finding[0]).toContain(
      `(${accuracy('weighted χ², C chosen inside the other folds')} % where C of the machine is chosen`,
    )
    expect(made.finding.join()).not.toMatch(/NaN|undefined/)
  })
})
