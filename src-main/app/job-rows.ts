import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { createSeal } from '../../db/seal.ts'
import { guarded } from '../../db/sqlite-error.ts'

export interface JobRows {
  append(row: unknown): void
  count(): number
  read(offset: number, limit: number): unknown[]
  close(): void
}

/**
 * The rows of one job, in a file that nobody else can read: sealed with a key that exists in this process alone. A folder of
 * a hundred thousand pictures is then not a hundred thousand answers in memory.
 * @throws AppError disk-full
 */
export function openJobRows(path: string): JobRows {
  const seal = createSeal(randomBytes(32))
  const file = openSync(path, 'wx+', 0o600)
  // Where names of open files can go, the file is gone with the process, however that ends.
  if (process.platform !== 'win32') rmSync(path)
  const ends: number[] = []
  const place = (row: number) => ({ table: 'job', row: String(row), column: 'row' })
  const startOf = (row: number) => (row === 0 ? 0 : ends[row - 1]!)

  return guarded({
    append(row: unknown) {
      const start = startOf(ends.length)
      const bytes = seal.seal(place(ends.length), JSON.stringify(row))
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, start + at)
      ends.push(start + bytes.length)
    },
    count: () => ends.length,
    read(offset: number, limit: number) {
      const last = Math.min(ends.length, offset + limit)
      const rows: unknown[] = []
      for (let row = offset; row < last; row++) {
        const bytes = Buffer.alloc(ends[row]! - startOf(row))
        readSync(file, bytes, 0, bytes.length, startOf(row))
        rows.push(JSON.parse(seal.openText(place(row), bytes)))
      }
      return rows
    },
    close() {
      closeSync(file)
      rmSync(path, { force: true })
    },
  })
}
