import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../../db/durable-file.ts'
import { SealError, type Seal } from '../../../db/seal.ts'

/** What makes two features the same: the bytes of the picture, the model, the place in the picture, how it was looked at. */
export interface FeatureKey {
  /** Of the picture's bytes, hex. */
  readonly sha256: string
  readonly model: string
  /** 'features' or 'pixels', with all that changes the numbers: views, seed, size, box. */
  readonly how: string
}

export interface FeatureCache {
  /** Undefined when it is not there, or damaged; then it is computed again. */
  get(key: FeatureKey): Promise<Uint8Array | undefined>
  /** Says nothing when the disk is full: the cache only saves time. */
  put(key: FeatureKey, bytes: Uint8Array): void
  /** Removes everything. */
  empty(): void
  /** Entries that did not open since the start. */
  damaged(): number
  bytes(): number
}

/** Features of some ten thousand photos. */
const LIMIT = 4 * 1024 ** 3
/** Making room removes down to this share of the limit, so that it is not done again at once. */
const ROOM = 0.9

/**
 * Content-addressed and encrypted: a file's name is a keyed hash of what it holds the features of, so that the folder tells
 * nobody which pictures were looked at, and its bytes open at that name alone. What was used least recently goes first.
 */
export function openFeatureCache(folder: string, seal: Seal, limit = LIMIT): FeatureCache {
  const sizes = new Map<string, number>()
  let held = 0
  let damaged = 0
  let listed = false
  const nameOf = ({ sha256, model, how }: FeatureKey) => seal.mac(`feature|${sha256}|${model}|${how}`).toString('hex')
  const pathOf = (name: string) => join(folder, name.slice(0, 2), name)
  const place = (name: string) => ({ table: 'feature', row: name, column: 'numbers' })

  /** Oldest first, once: the folder of a big collection has a hundred thousand files. */
  function list(): void {
    if (listed) return
    listed = true
    const found: { name: string; size: number; at: number }[] = []
    for (const { name, parentPath } of entries(folder)) {
      const path = join(parentPath, name)
      // A half-written file of a process that ended.
      if (name.endsWith('.part')) rmSync(path, { force: true })
      else {
        const { size, mtimeMs } = statSync(path)
        found.push({ name, size, at: mtimeMs })
      }
    }
    for (const { name, size } of found.sort((a, b) => a.at - b.at)) note(name, size)
  }

  function note(name: string, size: number): void {
    held += size - (sizes.get(name) ?? 0)
    sizes.delete(name)
    sizes.set(name, size)
  }

  function drop(name: string): void {
    held -= sizes.get(name) ?? 0
    sizes.delete(name)
    rmSync(pathOf(name), { force: true })
  }

  return {
    async get(key) {
      list()
      const name = nameOf(key)
      const sealed = await readFile(pathOf(name)).catch(() => undefined)
      if (!sealed) return undefined
      try {
        const plain = seal.open(place(name), sealed)
        note(name, sealed.length)
        const now = new Date()
        utimesSync(pathOf(name), now, now)
        return plain
      } catch (error) {
        if (error instanceof SealError) {
          damaged++
          drop(name)
        }
        return undefined
      }
    },
    put(key, bytes) {
      list()
      const name = nameOf(key)
      const sealed = seal.seal(place(name), bytes)
      try {
        mkdirSync(join(folder, name.slice(0, 2)), { recursive: true, mode: 0o700 })
        writeDurably(pathOf(name), sealed)
      } catch {
        return
      }
      note(name, sealed.length)
      if (held <= limit) return
      for (const oldest of [...sizes.keys()]) {
        if (held <= limit * ROOM || oldest === name) break
        drop(oldest)
      }
    },
    empty() {
      rmSync(folder, { recursive: true, force: true })
      sizes.clear()
      held = 0
      listed = true
    },
    damaged: () => damaged,
    bytes() {
      list()
      return held
    },
  }
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  } catch {
    return []
  }
}
