import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { BackendName, Box, ReviewAnswer, Run, RunMap, RunPoint } from '../../contract/types.ts'
import type { Seal } from '../../../db/seal.ts'
import { pack, unpack } from './packed.ts'
import {
  openSealedLog,
  readSealed,
  readSealedBytes,
  writeSealed,
  writeSealedBytes,
  type SealedLog,
} from './sealed-file.ts'

/** A run as it is kept: what is shown, and what goes on with it. */
export interface StoredRun {
  readonly run: Run
  /** Absolute; of a run from scratch the labelled one. */
  readonly folder: string
  readonly unlabelled?: string
  /** The shipped model whose features it learns from; NO_BASE for a run from scratch. */
  readonly base: string
  /** Identity and name of each class. */
  readonly classes: readonly { readonly id: string; readonly name: string }[]
  /** What it learns on once the memory of faster ones did not suffice; the fastest otherwise. */
  readonly backend?: BackendName
}

export interface PhotoOfRun {
  /** Index in the triage. */
  readonly item: number
  readonly path: string
  readonly sha256: string
  readonly which: number
  readonly box: Box
  readonly weight: number
}

/** What the run learns from, in the order of its rows. Written once, before the first step. */
export interface RunData {
  readonly parts: readonly number[]
  readonly views: number
  readonly photos: readonly PhotoOfRun[]
  readonly references: readonly {
    readonly sampleId: string
    readonly identityId: string
    readonly class: number
    readonly sha256: string
  }[]
  /** Row of a photo and the class that it is not. */
  readonly cannotLink: readonly (readonly [number, number])[]
  /** Row of a photo and the class that it is; absent in data of older versions. */
  readonly mustLink?: readonly (readonly [number, number])[]
  readonly lost: number
  /** Over the hashes of all photos, in their order. */
  readonly sha256: string
  readonly picture?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 }
}

export interface Answered {
  readonly item: number
  readonly answer: ReviewAnswer
  readonly at: number
  /** What undoing takes back. */
  readonly cannotLink?: string
  readonly mustLink?: string
  readonly sample?: string
}

type Numbers = readonly Float32Array[]

export type RunStore = ReturnType<typeof openRunStore>

/** Runs under `<data>/runs/<id>/`. All but the trainer's own checkpoints is sealed. */
export function openRunStore(dataFolder: string, seal: Seal) {
  const folder = join(dataFolder, 'runs')
  const logs = new Map<string, SealedLog<RunPoint>>()
  const place = (id: string, column: string) => ({ table: 'run', row: id, column })
  const path = (id: string, name: string) => join(folder, id, name)
  const read = (id: string, name: string) => readSealed(seal, place(id, name), path(id, name))
  const write = (id: string, name: string, value: unknown) => writeSealed(seal, place(id, name), path(id, name), value)

  function points(id: string): SealedLog<RunPoint> {
    const open = logs.get(id) ?? openSealedLog<RunPoint>(seal, 'run', id, path(id, 'points'))
    logs.set(id, open)
    return open
  }

  function numbers(id: string, name: string) {
    return {
      write: (facts: unknown, values: Numbers) =>
        writeSealedBytes(seal, place(id, name), path(id, name), pack(facts, values)),
      read: () => {
        const bytes = readSealedBytes(seal, place(id, name), path(id, name))
        return bytes && unpack(bytes)
      },
    }
  }

  return {
    folderOf: (id: string) => join(folder, id),
    list(): StoredRun[] {
      if (!existsSync(folder)) return []
      return readdirSync(folder).flatMap((id) => {
        const stored = /^[0-9a-f]{32}$/.test(id) ? (read(id, 'run') as StoredRun | undefined) : undefined
        // Without its facts it is what is left of a deletion, or of a folder that another key sealed.
        if (!stored && /^gone-/.test(id)) rmSync(join(folder, id), { recursive: true, force: true })
        return stored ? [stored] : []
      })
    },
    add(stored: StoredRun): void {
      mkdirSync(join(folder, stored.run.id), { recursive: true, mode: 0o700 })
      write(stored.run.id, 'run', stored)
    },
    put: (stored: StoredRun) => write(stored.run.id, 'run', stored),
    points: (id: string): readonly RunPoint[] => (existsSync(join(folder, id)) ? points(id).values : []),
    addPoint: (id: string, point: RunPoint) => points(id).append(point),
    /** Drops points after a step: a resumed run makes them again. */
    cutPoints(id: string, step: number): void {
      const log = points(id)
      const after = log.values.findIndex((point) => point.step > step)
      if (after >= 0) log.cut(after)
    },
    data: (id: string) => read(id, 'data') as RunData | undefined,
    putData: (id: string, data: RunData) => write(id, 'data', data),
    references: (id: string) => numbers(id, 'references'),
    /** Of the references, one after the other: who is enrolled or changed meanwhile is none of the run's. */
    crops: (id: string) => ({
      write: (bytes: Uint8Array) => writeSealedBytes(seal, place(id, 'crops'), path(id, 'crops'), bytes),
      read: () => readSealedBytes(seal, place(id, 'crops'), path(id, 'crops')),
    }),
    answers: (id: string) => numbers(id, 'answers'),
    map(id: string): Omit<RunMap, 'identities'> | null {
      const found = numbers(id, 'map').read()
      if (!found) return null
      const { step, by, label, item } = found.facts as {
        step: number
        by: RunMap['by']
        label: number[]
        item: number[]
      }
      return { step, by, xy: found.numbers[0]!, label: Int32Array.from(label), item: Int32Array.from(item) }
    },
    putMap: (id: string, { step, by, xy, label, item }: Omit<RunMap, 'identities'>) =>
      numbers(id, 'map').write({ step, by, label: [...label], item: [...item] }, [xy]),
    reviewed: (id: string) => (read(id, 'review') as Answered[] | undefined) ?? [],
    putReviewed: (id: string, answers: readonly Answered[]) => write(id, 'review', answers),
    /** Its checkpoints and numbers: what a finished or useless run needs no longer. */
    dropCheckpoints: (id: string) => rmSync(path(id, 'checkpoints'), { recursive: true, force: true }),
    remove(id: string): void {
      logs.get(id)?.close()
      logs.delete(id)
      const gone = join(folder, `gone-${id}`)
      if (!existsSync(join(folder, id))) throw new AppError('not-found', 'This run is no longer kept.')
      renameSync(join(folder, id), gone)
      rmSync(gone, { recursive: true, force: true })
    },
    /** Drops all that speaks of single pictures or people, and keeps the facts of the run. */
    strip(id: string): void {
      for (const name of ['data', 'references', 'crops', 'answers', 'map', 'review', 'checkpoints'])
        rmSync(path(id, name), { recursive: true, force: true })
    },
    close(): void {
      for (const log of logs.values()) log.close()
      logs.clear()
    },
  }
}
