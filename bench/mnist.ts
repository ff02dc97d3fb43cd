import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { archives, DataAbsent } from './data.ts'

export interface Digits {
  readonly pictures: Pictures
  /** 0 … 9 of each picture. */
  readonly labels: Uint8Array
}

export const CLASSES = 10
/** Of idx: unsigned bytes. */
const BYTES = 8

/**
 * The idx format of MNIST: two zero bytes, the type of the values, the number of dimensions, each dimension as a
 * big-endian 32-bit number, then the values.
 * @throws Error when the bytes are something else or end too early
 */
export function parseIdx(bytes: Uint8Array): { readonly shape: readonly number[]; readonly values: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0 || view.getUint8(2) !== BYTES)
    throw new Error('The file is no idx file of bytes.')
  const dimensions = view.getUint8(3)
  const from = 4 + 4 * dimensions
  if (bytes.length < from) throw new Error('The idx file ends within its header.')
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const size = shape.reduce((product, side) => product * side, 1)
  if (bytes.length !== from + size)
    throw new Error(`The idx file holds ${bytes.length - from} values and speaks of ${shape.join(' × ')}.`)
  return { shape, values: bytes.subarray(from) }
}

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
