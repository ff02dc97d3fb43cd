import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainerEvent, TrainResult, TrainWork } from '../../contract/trainer-api.ts'
import type { HeadData } from '../heads/data.ts'
import { fitHead } from '../heads/fit.ts'
import { writeHead } from '../heads/head-file.ts'
import { applyHead, type HeadModel } from '../heads/head.ts'
import { row, stack, type Matrix } from '../heads/matrix.ts'
import type { Control } from '../training/control.ts'
import { answersOf, type Stand } from './answers.ts'
import { measureHeldOut, standOf } from './held-out.ts'
import { layout } from './map.ts'
import { histogramOf, type Reporter } from './report.ts'
import { orEmpty, type Tables } from './tables.ts'

export interface Surroundings {
  readonly control: Control
  readonly reporter: Reporter
  tell(event: TrainerEvent): void
}

/** Features whose head is timed. */
const TIMED = 20

/** What a head learns from, out of the tables that the core sent. */
export function headData(tables: Tables, work: TrainWork): HeadData {
  const photos = tables.floats('photos')
  const { columns } = photos
  const cannotLink = []
  for (let i = 0; i < work.cannotLink.length; i += 2)
    cannotLink.push({ photo: work.cannotLink[i]!, label: work.cannotLink[i + 1]! })
  return {
    profile: work.profile,
    base: work.base,
    parts: work.parts,
    photos,
    photoViews: orEmpty(tables, 'photo-views', columns),
    references: tables.floats('references'),
    referenceViews: orEmpty(tables, 'reference-views', columns),
    labels: work.labels,
    identities: work.identities,
    weights: work.weights,
    cannotLink,
  }
}

/** A run over features of the frozen backbone, from its first map to the files of its head. */
export async function runHead(tables: Tables, work: TrainWork, around: Surroundings): Promise<TrainResult> {
  const { control, reporter, tell } = around
  const data = headData(tables, work)
  const before = { photos: tables.floats('embeddings'), references: tables.floats('reference-embeddings') }
  const standBefore: Stand = { rows: before.references, labels: work.labels }
  tellMap(0, before.photos, before.references, work, false, tell)

  const fitted = await fitHead(data, work.config, control)
  const { head, photos, references } = fitted
  tell({ type: 'evaluating' })
  const answers = answersOf(
    { before: before.photos, after: photos },
    { before: standBefore, after: standOf(fitted) },
    work.classes,
    work.cannotLink,
  )
  const { heldOut, gate } = await measureHeldOut(data, fitted.data.how, before.references, work)
  const steps = work.config.steps ?? 1
  const wrong = heldOut.truth.filter((label, trial) => heldOut.answered[2 * trial + 1] !== label).length
  reporter.point(
    {
      step: steps,
      histogram: histogramOf(answers.nats, work.classes),
      heldOut: { ...shareOf(wrong, heldOut.truth.length), trials: heldOut.truth.length },
    },
    photos.rows,
  )
  tellMap(steps, photos, references, work, true, tell)

  const files = join(work.folder, 'model')
  rmSync(files, { recursive: true, force: true })
  mkdirSync(files, { recursive: true })
  // Who is who stays with the gallery: a head's files hold no identities.
  const { prototypes, ...plain } = head
  writeHead(files, plain)
  const { nats: _nats, ...kept } = answers
  return {
    kind: 'head',
    files,
    dimensions: head.dimensions,
    ...(prototypes && { prototypes: prototypes.vectors }),
    answers: kept,
    heldOut,
    ...(gate && { gate }),
    msPerPicture: timed(plain, data.photos),
    steps,
  }
}

/** Points of the map: references first, then photos. */
function tellMap(
  step: number,
  photos: Matrix,
  references: Matrix,
  work: TrainWork,
  umap: boolean,
  tell: Surroundings['tell'],
): void {
  const { by, xy } = layout(stack(references, photos), references.rows, work.config.seed, umap)
  const label = new Int32Array(references.rows + photos.rows).fill(-1)
  label.set(work.labels)
  const item = Int32Array.from(label, (_, point) => (point < references.rows ? -1 : point - references.rows))
  tell({ type: 'map', map: { step, by, xy, label, item } })
}

/** What applying the head adds to a picture, milliseconds. */
function timed(head: HeadModel, features: Matrix): number {
  const count = Math.min(TIMED, features.rows)
  const began = performance.now()
  for (let i = 0; i < count; i++) applyHead(head, row(features, i))
  return (performance.now() - began) / Math.max(1, count)
}

/** A share with Wilson's interval (1927). */
function shareOf(count: number, trials: number): { error: number; low: number; high: number } {
  if (trials === 0) return { error: 0, low: 0, high: 1 }
  const error = count / trials
  const z2 = 1.96 ** 2 / trials
  const centre = (error + z2 / 2) / (1 + z2)
  const half = Math.sqrt(error * (1 - error) * z2 + z2 ** 2 / 4) / (1 + z2)
  return { error, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
