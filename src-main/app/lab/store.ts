import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell, Comparison, LabData } from '../../contract/lab.ts'
import type { BackendName } from '../../contract/types.ts'
import type { Seal } from '../../../db/seal.ts'
import { readSealed, writeSealed } from '../learning/sealed-file.ts'
import { cellsOf, type PictureShape } from './plan.ts'

/** A comparison as it is kept but for its cells: what is shown, and what goes on with it. */
export interface StoredComparison extends Pick<
  Comparison,
  'id' | 'title' | 'data' | 'plan' | 'state' | 'startedAt' | 'problem' | 'facts' | 'backend'
> {
  /** Absolute. */
  readonly folder: string
  readonly layout: LabData['layout']
  readonly picture: PictureShape
  /** Over the pictures in their order, with their classes; absent until they were read once. */
  readonly sha256?: string
  /** Of the machine, for whoever reads the report. */
  readonly machine: string
  /** The backend in words, and what computes. */
  readonly computed?: string
  /** The cell that is under way where the fastest backend lacked the memory for it, or its process ended once. */
  readonly trouble?: { readonly cell: number; readonly backend?: BackendName; readonly ends: number }
}

/** Without what no longer holds. */
export function without(stored: StoredComparison, key: 'problem' | 'trouble'): StoredComparison {
  const rest: { -readonly [K in keyof StoredComparison]: StoredComparison[K] } = { ...stored }
  delete rest[key]
  return rest
}

export type LabStore = ReturnType<typeof openLabStore>

/** Comparisons under `<data>/comparisons/<id>/`. All but the trainer's own checkpoints is sealed. */
export function openLabStore(dataFolder: string, seal: Seal) {
  const folder = join(dataFolder, 'comparisons')
  const place = (id: string, column: string) => ({ table: 'comparison', row: id, column })
  const path = (id: string, name: string) => join(folder, id, name)
  const read = (id: string, name: string) => readSealed(seal, place(id, name), path(id, name))
  const write = (id: string, name: string, value: unknown) => writeSealed(seal, place(id, name), path(id, name), value)

  return {
    list(): StoredComparison[] {
      if (!existsSync(folder)) return []
      return readdirSync(folder).flatMap((id) => {
        const stored = /^[0-9a-f]{32}$/.test(id) ? (read(id, 'comparison') as StoredComparison | undefined) : undefined
        // What is left of a deletion.
        if (!stored && /^gone-/.test(id)) rmSync(join(folder, id), { recursive: true, force: true })
        return stored ? [stored] : []
      })
    },
    add(stored: StoredComparison): void {
      mkdirSync(join(folder, stored.id), { recursive: true, mode: 0o700 })
      write(stored.id, 'comparison', stored)
    },
    put: (stored: StoredComparison) => write(stored.id, 'comparison', stored),
    /** All of them in their order; one of which nothing was written waits. */
    cells: ({ id, plan }: StoredComparison): Cell[] =>
      cellsOf(plan).map((cell) => {
        const kept = read(id, `cell-${cell.index}`) as Cell | undefined
        if (!kept) return cell
        return kept.state === 'running' ? { ...kept, state: 'waiting' } : kept
      }),
    putCell: (id: string, cell: Cell) => write(id, `cell-${cell.index}`, cell),
    /** Where the trainer keeps what a cell goes on from. */
    checkpointsOf: (id: string, index: number) => path(id, `checkpoints-${index}`),
    dropCheckpoints: (id: string, index: number) =>
      rmSync(path(id, `checkpoints-${index}`), { recursive: true, force: true }),
    remove(id: string): void {
      const gone = join(folder, `gone-${id}`)
      renameSync(join(folder, id), gone)
      rmSync(gone, { recursive: true, force: true })
    },
  }
}
