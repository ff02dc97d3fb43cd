import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { applyHeadTo } from '../../../src-main/engine/heads/data.ts'
import { applyHead, type HeadModel } from '../../../src-main/engine/heads/head.ts'
import { readHead, writeHead } from '../../../src-main/engine/heads/head-file.ts'
import { matrix, row } from '../../../src-main/engine/heads/matrix.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'

const random = createRandom(9)
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal())
const head: HeadModel = {
  profile: 'object',
  base: 'object-test',
  parts: [
    { mean: numbers(5), share: 0.75 },
    { mean: numbers(3), share: 0.25 },
  ],
  dimensions: 4,
  weights: numbers(32),
  hidden: { into: numbers(48), bias: numbers(6), out: numbers(24) },
  prototypes: { identities: ['a', 'b'], vectors: numbers(8) },
}

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'semblance-head-'))
  await chooseBackend(resources, backends[0])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a head', () => {
  it('is its definition in nested loops', () => {
    const x = numbers(8)
    const z: number[] = []
    for (const [from, part] of [
      [0, head.parts[0]!],
      [5, head.parts[1]!],
    ] as const) {
      const less = [...part.mean].map((mean, i) => x[from + i]! - mean)
      const length = Math.hypot(...less)
      z.push(...less.map((value) => (Math.sqrt(part.share) * value) / length))
    }
    const { into, bias, out } = head.hidden!
    const h = [...bias].map((b, j) =>
      Math.max(
        0,
        z.reduce((sum, value, i) => sum + value * into[i * 6 + j]!, b),
      ),
    )
    const y = [0, 1, 2, 3].map(
      (d) =>
        z.reduce((sum, value, i) => sum + value * head.weights[i * 4 + d]!, 0) +
        h.reduce((sum, value, j) => sum + value * out[j * 4 + d]!, 0),
    )
    const length = Math.hypot(...y)
    applyHead(head, x).forEach((value, d) => expect(value).toBeCloseTo(y[d]! / length, 5))
  })

  it('gives many rows at once what it gives each of them', () => {
    const x = matrix(5, 8, numbers(40))
    const together = applyHeadTo(head, x)
    for (let i = 0; i < 5; i++)
      applyHead(head, row(x, i)).forEach((value, d) => expect(row(together, i)[d]).toBeCloseTo(value, 5))
  })

  it('refuses features of another length, and stays finite for features that are the mean', () => {
    expect(() => applyHead(head, numbers(7))).toThrow('8 inputs')
    const same = Float32Array.from([...head.parts[0]!.mean, ...head.parts[1]!.mean])
    expect(applyHead(head, same).every(Number.isFinite)).toBe(true)
  })
})

describe("a head's files", () => {
  it('give the same head again', async () => {
    writeHead(join(folder, 'whole'), head)
    expect(await readHead(join(folder, 'whole'))).toEqual(head)
    const { hidden, prototypes, ...plain } = head
    expect([hidden, prototypes].every(Boolean)).toBe(true)
    writeHead(join(folder, 'plain'), plain)
    expect(await readHead(join(folder, 'plain'))).toEqual(plain)
  })

  it.each([
    ['a missing file', (dir: string) => rmSync(join(dir, 'head.bin'))],
    ['a file that is too short', (dir: string) => writeFileSync(join(dir, 'head.bin'), new Uint8Array(12))],
    ['no JSON', (dir: string) => writeFileSync(join(dir, 'head.json'), '{')],
    [
      'a length that no memory holds',
      (dir: string) => edit(dir, (text) => text.replace('"dimensions":4', '"dimensions":1e12')),
    ],
    ['another format', (dir: string) => edit(dir, (text) => text.replace('semblance-head/1', 'semblance-head/9'))],
    [
      'a value that is no number',
      (dir: string) => {
        const bytes = readFileSync(join(dir, 'head.bin'))
        bytes.writeFloatLE(Number.NaN, 40)
        writeFileSync(join(dir, 'head.bin'), bytes)
      },
    ],
  ])('are refused with %s', async (_, spoil) => {
    const dir = join(folder, 'spoilt')
    writeHead(dir, head)
    spoil(dir)
    await expect(readHead(dir)).rejects.toMatchObject({ code: 'model-missing' })
  })
})

function edit(dir: string, change: (text: string) => string): void {
  const path = join(dir, 'head.json')
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}
