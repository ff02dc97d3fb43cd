import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { distanceOf } from '../src-main/app/evaluation/distance.ts'
import { measurePictures } from '../src-main/app/evaluation/measure-pictures.ts'
import { evaluatePairs } from '../src-main/app/evaluation/pairs-protocol.ts'
import { parsePairs } from '../src-main/app/evaluation/pairs-table.ts'
import type { BackendName } from '../src-main/contract/types.ts'
import { dataSet } from './data.ts'
import { every100, onEngine } from './engine.ts'
import { writeResults, type Figure } from './results.ts'

const BACKENDS: readonly BackendName[] = ['tfjs-node', 'wasm']

/** Face verification on folds 1–5 of Labeled Faces in the Wild (deep-funneled), as `semblance evaluate --pairs` does it. */
export async function lfwBench(): Promise<void> {
  const folder = await dataSet('lfw-dev')
  const rows = parsePairs(readFileSync(join(folder, 'pairs.csv'), 'utf8'))
  const figures: Figure[] = []
  for (const backend of BACKENDS) {
    const result = await onEngine(backend, async (engine) => {
      const path = (name: string) => join(folder, name)
      const { embeddings } = await measurePictures(
        engine,
        rows.flatMap(({ left, right }) => [path(left), path(right)]),
        {
          profile: 'face',
          onProgress: every100(`lfw on ${backend}`),
        },
      )
      const of = (name: string) => embeddings.get(path(name)) ?? null
      return evaluatePairs(
        rows.map(({ left, right, same, fold }) => ({ same, fold: fold!, distance: distanceOf(of(left), of(right)) })),
      )
    })
    const one = (name: string, value: number, unit = '%', reference: Figure['reference'] = null): Figure => ({
      name: `lfw-dev, ${name}`,
      unit,
      values: [value],
      backend,
      reference,
    })
    figures.push(
      {
        name: 'lfw-dev, verification accuracy by fold',
        unit: '%',
        values: result.folds.map(({ accuracy }) => 100 * accuracy),
        backend,
        reference: { what: 'dlib 128-D on the same pairs', value: 98.3 },
      },
      one('TAR at FAR 1e-2', 100 * result.tarAtFar['0.01'], '%', { what: 'dlib 128-D', value: 97.87 }),
      one('TAR at FAR 1e-3', 100 * result.tarAtFar['0.001'], '%', { what: 'dlib 128-D', value: 92.67 }),
      one('equal error rate', 100 * result.eer, '%', { what: 'dlib 128-D', value: 1.6 }),
      one('pairs with an undetected face, counted as different', result.undetected, 'pairs of 3,000', {
        what: 'dlib detector, undetected pictures',
        value: 26,
      }),
    )
  }
  writeResults('lfw', figures)
}
