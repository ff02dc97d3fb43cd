import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { writeDurably } from '../../../db/durable-file.ts'
import { SealError, type Place, type Seal } from '../../../db/seal.ts'
import { fromSqlite } from '../../../db/sqlite-error.ts'

/** A value in a file of its own, unreadable without the gallery's key, replaced whole. @throws AppError disk-full, read-only */
export function writeSealed(seal: Seal, place: Place, path: string, value: unknown): void {
  writeSealedBytes(seal, place, path, Buffer.from(JSON.stringify(value)))
}

export function writeSealedBytes(seal: Seal, place: Place, path: string, bytes: Uint8Array): void {
  try {
    writeDurably(path, seal.seal(place, bytes))
  } catch (error) {
    throw fromSqlite(error)
  }
}

/** Undefined when there is none, or one that does not open. */
export function readSealed(seal: Seal, place: Place, path: string): unknown {
  const bytes = readSealedBytes(seal, place, path)
  return bytes && JSON.parse(bytes.toString('utf8'))
}

export function readSealedBytes(seal: Seal, place: Place, path: string): Buffer | undefined {
  let sealed: Buffer
  try {
    sealed = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fromSqlite(error)
  }
  try {
    return seal.open(place, sealed)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

export interface SealedLog<T> {
  append(value: T): void
  readonly values: readonly T[]
  /** Keeps the first `count` values. */
  cut(count: number): void
  close(): void
}

const LENGTH = 4

/**
 * Values one after the other: four bytes of length, then the sealed value. What was half written when the program ended, and
 * all behind it, is dropped at the next opening. Not fsynced: it has to outlive the process, not the machine.
 */
export function openSealedLog<T>(seal: Seal, table: string, row: string, path: string): SealedLog<T> {
  const place = (index: number): Place => ({ table, row, column: String(index) })
  const file = openSync(path, 'a+', 0o600)
  const values: T[] = []
  const ends: number[] = []
  const size = fstatSync(file).size
  let at = 0
  while (at + LENGTH <= size) {
    const head = Buffer.alloc(LENGTH)
    readSync(file, head, 0, LENGTH, at)
    const length = head.readUInt32LE()
    if (at + LENGTH + length > size) break
    const sealed = Buffer.alloc(length)
    readSync(file, sealed, 0, length, at + LENGTH)
    try {
      values.push(JSON.parse(seal.openText(place(values.length), sealed)) as T)
    } catch {
      break
    }
    at += LENGTH + length
    ends.push(at)
  }
  if (at < size) ftruncateSync(file, at)

  return {
    values,
    append(value) {
      const sealed = seal.seal(place(values.length), JSON.stringify(value))
      const bytes = Buffer.alloc(LENGTH + sealed.length)
      bytes.writeUInt32LE(sealed.length)
      sealed.copy(bytes, LENGTH)
      try {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
      } catch (error) {
        ftruncateSync(file, ends.at(-1) ?? 0)
        throw fromSqlite(error)
      }
      values.push(value)
      ends.push((ends.at(-1) ?? 0) + bytes.length)
    },
    cut(count) {
      if (count >= values.length) return
      values.length = count
      ends.length = count
      ftruncateSync(file, ends.at(-1) ?? 0)
    },
    close: () => closeSync(file),
  }
}
