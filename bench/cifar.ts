import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { writeDurably } from '../db/durable-file.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import { dataSet } from './data.ts'

export interface Photos {
  readonly pictures: Pictures
  /** 0 … 9 of each picture: the classes in the order of their names. */
  readonly labels: Uint8Array
}

const CLASSES = 10
const [SIDE, CHANNELS] = [32, 3]
const BYTES = SIDE * SIDE * CHANNELS

/**
 * CIFAR-10 (Krizhevsky, 2009), its pictures stored as JPEG, which loses some of them: figures are not those of the set as it was
 * published. Class by class. Decoded once; later calls read the pixels.
 * @throws DataAbsent
 */
export async function cifar10(): Promise<{ readonly train: Photos; readonly test: Photos }> {
  const folder = await dataSet('cifar10-jpeg')
  return { train: await part(folder, 'train'), test: await part(folder, 'test') }
}

async function part(folder: string, name: 'train' | 'test'): Promise<Photos> {
  const path = join(folder, `${name}.pixels`)
  if (!existsSync(path)) writeDurably(path, await decoded(join(folder, name)))
  const values = new Uint8Array(readFileSync(path))
  const each = values.length / BYTES / CLASSES
  return {
    pictures: { values, height: SIDE, width: SIDE, channels: CHANNELS },
    labels: Uint8Array.from({ length: CLASSES * each }, (_, i) => Math.floor(i / each)),
  }
}

async function decoded(folder: string): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for (const name of readdirSync(folder).sort()) {
    const files = readdirSync(join(folder, name)).sort()
    const pictures = await Promise.all(
      files.map((file) =>
        sharp(join(folder, name, file))
          .toColourspace('srgb')
          .removeAlpha()
          .raw()
          .toBuffer(),
      ),
    )
    const other = pictures.findIndex(({ length }) => length !== BYTES)
    if (other >= 0) throw new Error(`${name}/${files[other]} has not ${SIDE} × ${SIDE} pixels of ${CHANNELS} colours.`)
    parts.push(...pictures)
  }
  return Buffer.concat(parts)
}

/** The pictures at `places`, in that order. */
export function taken({ pictures, labels }: Photos, places: ArrayLike<number>): Photos {
  const size = pictures.height * pictures.width * pictures.channels
  const values = new Uint8Array(places.length * size)
  for (let i = 0; i < places.length; i++)
    values.set(pictures.values.subarray(places[i]! * size, (places[i]! + 1) * size), i * size)
  return { pictures: { ...pictures, values }, labels: Uint8Array.from(places, (place) => labels[place]!) }
}

/** Each block of `down` × `across` pixels becomes their mean. Rows and columns that fill no block are left out. */
export function shrunk(pictures: Pictures, down: number, across: number): Pictures {
  const { values, channels } = pictures
  const [height, width] = [Math.floor(pictures.height / down), Math.floor(pictures.width / across)]
  const count = values.length / (pictures.height * pictures.width * channels)
  const result = new Uint8Array(count * height * width * channels)
  let at = 0
  for (let i = 0; i < count; i++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0
          for (let y = row * down; y < (row + 1) * down; y++)
            for (let x = column * across; x < (column + 1) * across; x++)
              sum += values[((i * pictures.height + y) * pictures.width + x) * channels + channel]!
          result[at++] = Math.round(sum / (down * across))
        }
  return { values: result, height, width, channels }
}
