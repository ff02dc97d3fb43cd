import { randomBytes } from 'node:crypto'
import { appendFileSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSeal } from '../../../db/seal.ts'
import { openSealedLog, readSealed, writeSealed } from '../../../src-main/app/learning/sealed-file.ts'
import { temporaryFolder } from '../../core/fixture.ts'

const seal = createSeal(randomBytes(32))
const place = { table: 'run', row: 'r', column: 'c' }

describe('a sealed file', () => {
  it('opens at its own place alone', () => {
    const path = join(temporaryFolder(onTestFinished), 'file')
    writeSealed(seal, place, path, { name: 'Ada' })
    expect(readSealed(seal, place, path)).toEqual({ name: 'Ada' })
    expect(readSealed(seal, { ...place, row: 'other' }, path)).toBeUndefined()
    expect(readFileSync(path).includes('Ada')).toBe(false)
  })
})

describe('a sealed log', () => {
  const open = (path: string) => openSealedLog<number>(seal, 'run', 'r', path)

  it('goes on where the process before ended, whichever byte that was', () => {
    const path = join(temporaryFolder(onTestFinished), 'log')
    const log = open(path)
    for (const value of [1, 2, 3]) log.append(value)
    log.close()
    const size = readFileSync(path).length
    truncateSync(path, size - 5)
    const again = open(path)
    expect(again.values).toEqual([1, 2])
    again.append(4)
    again.close()
    appendFileSync(path, Buffer.from([200, 0, 0]))
    const third = open(path)
    expect(third.values).toEqual([1, 2, 4])
    third.close()
  })

  it('is cut back to its first values', () => {
    const path = join(temporaryFolder(onTestFinished), 'log')
    const log = open(path)
    for (const value of [1, 2, 3]) log.append(value)
    log.cut(1)
    log.append(9)
    log.close()
    const again = open(path)
    expect(again.values).toEqual([1, 9])
    again.close()
  })
})
