import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseIdx } from '../src-main/app/lab/idx.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { archives, DataAbsent } from './data.ts'

export interface Digits {
  readonly pictures: Pictures
  /** 0 … 9 of each picture. */
  readonly labels: Uint8Array
}

export const CLASSES = 10
/** The digits of LeCun, Cortes & Burges. @throws DataAbsent */
export function mnist(): { readonly train: Digits; readonly test: Digits } {
  const read = (name: string) => {
    const path = join(archives, 'mnist', `${name}.gz`)
    if (!existsSync(path))
      throw new DataAbsent(`The data set mnist is absent: ../shared/data/mnist/${name}.gz is not there.`)
    return parseIdx(gunzipSync(readFileSync(path)))
  }
  const digits = (part: string): Digits => {
    const { shape, values } = read(`${part}-images-idx3-ubyte`)
    const [, height = 0, width = 0] = shape
    return { pictures: { values, height, width, channels: 1 }, labels: read(`${part}-labels-idx1-ubyte`).values }
  }
  return { train: digits('train'), test: digits('t10k') }
}

/**
 * The labelled pictures of one draw: `each` of every class, places among the pictures, without replacement. Every recipe
 * sees the same ones for the same seed.
 */
export function drawLabelled(labels: ArrayLike<number>, each: number, seed: number): number[][] {
  const places: number[][] = Array.from({ length: CLASSES }, () => [])
  Array.from(labels).forEach((label, i) => places[label]!.push(i))
  const random = createRandom(seed)
  return places.map((own) => Array.from(random.permutation(own.length).subarray(0, each), (at) => own[at]!))
}
