import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { idxAbsent, parseIdx, readIdx } from '../../../src-main/app/lab/idx.ts'
import { temporaryFolder } from '../../core/fixture.ts'
import { idxFolder, idxOf } from './fixture.ts'

/** Two pictures of 2 × 3. */
const idx = () => Uint8Array.from(idxOf([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))

describe('an idx file', () => {
  it('says its shape and gives its bytes, wherever they lie in memory', () => {
    const within = new Uint8Array(100)
    within.set(idx(), 7)
    for (const bytes of [idx(), within.subarray(7, 7 + idx().length)]) {
      const { shape, values } = parseIdx(bytes)
      expect(shape).toEqual([2, 2, 3])
      expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }
  })

  it('is refused when it ends early, holds more than it says, or holds other values than bytes', () => {
    expect(() => parseIdx(idx().subarray(0, 20))).toThrow('2 × 2 × 3')
    expect(() => parseIdx(Uint8Array.from([...idx(), 0]))).toThrow('2 × 2 × 3')
    expect(() => parseIdx(idx().subarray(0, 9))).toThrow('header')
    expect(() => parseIdx(idx().with(2, 13))).toThrow('no idx file')
    expect(() => parseIdx(new Uint8Array())).toThrow('no idx file')
  })
})

describe('a set of idx files', () => {
  const set = (packed = false) => idxFolder(temporaryFolder(onTestFinished), [0, 1, 1], [1], packed)

  it('is read packed and unpacked', async () => {
    const [plain, packed] = [await readIdx(set()), await readIdx(set(true))]
    expect(plain).toMatchObject({ width: 28, height: 28 })
    expect([...plain.train.labels, ...plain.test.labels]).toEqual([0, 1, 1, 1])
    expect([0, 1, 2].map((at) => plain.train.values[at * 784])).toEqual([0, 11, 12])
    expect(Buffer.from(packed.train.values)).toEqual(Buffer.from(plain.train.values))
  })

  it('names the file that is missing, damaged, or tells of another number of pictures', async () => {
    const damaged = set(true)
    const path = join(damaged, 'train-images-idx3-ubyte.gz')
    writeFileSync(path, readFileSync(path).subarray(0, 40))
    await expect(readIdx(damaged)).rejects.toMatchObject({
      code: 'damaged-picture',
      message: expect.stringMatching(/train-images-idx3-ubyte.*does not unpack/) as string,
    })
    const fewer = set()
    writeFileSync(join(fewer, 't10k-labels-idx1-ubyte'), idxOf([2], [1, 1]))
    await expect(readIdx(fewer)).rejects.toThrow('1 pictures and 2 labels of the test')
    const flat = set()
    writeFileSync(join(flat, 'train-images-idx3-ubyte'), idxOf([3], [1, 1, 1]))
    await expect(readIdx(flat)).rejects.toMatchObject({ code: 'bad-picture' })
    const absent = set()
    rmSync(join(absent, 'train-labels-idx1-ubyte'))
    expect(idxAbsent(absent)).toEqual(['train-labels-idx1-ubyte'])
    await expect(readIdx(absent)).rejects.toMatchObject({ code: 'not-found' })
  })
})
