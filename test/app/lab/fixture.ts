import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Api } from '../../../src-main/contract/api.ts'
import type { Comparison, ComparisonPlan, ComparisonState } from '../../../src-main/contract/lab.ts'
import { fakePicture, until } from '../../core/fixture.ts'

export const planOf = (change: Partial<ComparisonPlan> = {}): ComparisonPlan => ({
  ...{ losses: ['softmax'], networks: ['neighbor-mnist'], methods: ['direct'], dimensions: [null], seeds: 1 },
  ...{ steps: 10, batch: 8, labelled: null, heldOut: 0.25 },
  ...change,
})

/** The bytes of an idx file. */
export function idxOf(shape: readonly number[], values: readonly number[]): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length)
  head.writeUInt8(8, 2)
  head.writeUInt8(shape.length, 3)
  shape.forEach((side, i) => head.writeUInt32BE(side, 4 + 4 * i))
  return Buffer.concat([head, Uint8Array.from(values)])
}

const SIDE = 28

/** The four files of a set whose pictures are all of one brightness: ten times the class, and the place in it. */
export function idxFolder(folder: string, train: readonly number[], test: readonly number[], packed = false): string {
  mkdirSync(folder, { recursive: true })
  const put = (name: string, bytes: Uint8Array) =>
    packed ? writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes)) : writeFileSync(join(folder, name), bytes)
  for (const [part, labels] of Object.entries({ train, t10k: test })) {
    const values = labels.flatMap((label, at) => Array<number>(SIDE * SIDE).fill(10 * label + (at % 10)))
    put(`${part}-images-idx3-ubyte`, idxOf([labels.length, SIDE, SIDE], values))
    put(`${part}-labels-idx1-ubyte`, idxOf([labels.length], labels))
  }
  return folder
}

/** Sub-folders of "pictures" for the engine without networks. */
export function fakeFolder(folder: string, classes: readonly string[], each: number): string {
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let n = 0; n < each; n++) fakePicture(join(folder, name))
  }
  return folder
}

export const ENDED: ComparisonState[] = ['done', 'failed', 'interrupted', 'paused', 'cancelled']

export async function comparisonAs(
  api: Pick<Api, 'comparison'>,
  id: string,
  ...states: ComparisonState[]
): Promise<Comparison> {
  let found: Comparison | undefined
  await until(async () => {
    found = await api.comparison(id)
    return states.includes(found.state)
  })
  return found!
}
