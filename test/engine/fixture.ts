import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import type { BackendName, Profile } from '../../src-main/contract/types.ts'

export const resources = resolve(import.meta.dirname, '../../resources')
export const pictures = resolve(import.meta.dirname, '../fixtures/pictures')

/** A picture of people that comes with a development package, 1 to 6. */
export function people(number: number): string {
  const folder = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'))
  return join(folder, 'demo', `sample${number}.jpg`)
}

/** TensorFlow's native library is not everywhere; a test that needs it is skipped visibly where it is not. */
export const hasTensorflow = await chooseBackend(resources, 'tfjs-node').then(
  () => true,
  () => false,
)

export const backends: BackendName[] = hasTensorflow ? ['tfjs-node', 'wasm'] : ['wasm']

interface Fixture {
  readonly picture: { readonly width: number; readonly sum: number }
  readonly output: { readonly length: number; readonly first: number[]; readonly sum: number }
  readonly embedding?: {
    readonly length: number
    readonly start: number
    readonly values: number[]
    readonly sum: number
  }
}

export function fixture(profile: Profile): Fixture {
  return JSON.parse(readFileSync(join(resources, 'models', profile, 'fixture.json'), 'utf8')) as Fixture
}

/** The picture of integers that the fixtures speak of; its formula is in each of them. */
export function integers(side: number): Uint8Array {
  const values = new Uint8Array(side * side * 3)
  let state = 1
  let at = 0
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let channel = 0; channel < 3; channel++) {
        state = (Math.imul(1664525, state) + 1013904223) >>> 0
        values[at++] = (2 * column * (channel + 1) + 3 * row + (state >>> 28)) % 256
      }
  return values
}

export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a, (value, i) => value - b[i]!))
}
