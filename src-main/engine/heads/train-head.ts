import { join } from 'node:path'
import type { RunConfig } from '../../contract/learning.ts'
import { AppError } from '../../contract/errors.ts'
import type { TrainAnswers } from '../../contract/trainer-api.ts'
import type { Control } from '../training/control.ts'
import type { HeadData } from './data.ts'
import { fitHead, unwatched, type FitKeeping, type Fitted } from './fit.ts'
import { gate, plainChampion, type Champion, type Gate } from './gate.ts'
import { applyHead, type HeadModel } from './head.ts'
import { matrix, row, type Matrix } from './matrix.ts'
import { nearestOthers } from './neighbours.ts'
import { shares } from './soft-kmeans.ts'
import { ranked } from './strangers.ts'

export interface HeadResult {
  readonly head: HeadModel
  readonly answers: TrainAnswers
  readonly gate: Gate
  /** What the head adds to a picture, milliseconds, measured. */
  readonly msPerPicture: number
  /** Milliseconds. */
  readonly timings: { readonly fit: number; readonly answers: number; readonly gate: number }
}

/** softmax(−5·d²) = softmax(10·cos): the temperature of the trained heads' distance distribution. */
const TEMPERATURE = 0.1
const HANGS_ON = 5

export interface HeadKeeping extends FitKeeping {
  /** For the gate's own fit, which reports to nobody: says when to save. */
  readonly beside?: Control | undefined
}

/**
 * Fits a head on the whole folder, answers every photo with it, and judges the same recipe by the gate.
 * @param champion the live model; without it the features as they are
 * @param keeping checkpoints of the fit lie in its folder, those of the gate's in 'gate' below
 * @throws AppError 'not-trainable' for a folder from which nothing can be learned; Cancelled
 */
export async function trainHead(
  data: HeadData,
  config: RunConfig,
  control: Control,
  champion?: Champion,
  keeping: HeadKeeping = {},
): Promise<HeadResult> {
  requireTrainable(data)
  const began = performance.now()
  const { beside = unwatched, ...own } = keeping
  const fitted = await fitHead(data, config, control, own)
  const fit = performance.now() - began
  const live = champion ?? plainChampion(data, fitted.data.how)
  const answered = answersOf(data, fitted, live)
  const answersTook = performance.now() - began - fit
  const aside = own.folder === undefined ? {} : { folder: join(own.folder, 'gate') }
  const verdict = await gate(data, live, (part) => fitHead(part, config, beside, aside), config.seed)
  return {
    head: fitted.head,
    answers: answered,
    gate: verdict,
    msPerPicture: msPerPicture(fitted.head, data.photos),
    timings: { fit, answers: answersTook, gate: performance.now() - began - fit - answersTook },
  }
}

/** @throws AppError 'not-trainable' */
export function requireTrainable({
  photos,
  photoViews,
  references,
  referenceViews,
  identities,
  labels,
}: HeadData): void {
  const refuse = (why: string) => {
    throw new AppError('not-trainable', why)
  }
  if (new Set(labels).size < 2)
    refuse('At least two identities with a picture each are needed: there is nothing to tell apart.')
  if (photos.rows < 2 * identities.length || photos.rows < 10)
    refuse(
      `${photos.rows} usable photos are too few for ${identities.length} identities; ${Math.max(10, 2 * identities.length)} or more are needed.`,
    )
  if (photoViews.rows === 0 || referenceViews.rows === 0 || references.rows === 0)
    refuse('The features of random views are missing; preparing the folder again computes them.')
  const first = row(photos, 0)
  let alike = true
  for (let i = 1; i < photos.rows && alike; i++) alike = row(photos, i).every((value, j) => value === first[j])
  if (alike) refuse('All photos of the folder are the same picture. Different photos are needed.')
}

function answersOf(data: HeadData, fitted: Fitted, champion: Champion): TrainAnswers {
  const excluded = new Set(data.cannotLink.map(({ photo, label }) => `${photo}:${label}`))
  const isExcluded = (photo: number, label: number) => excluded.has(`${photo}:${label}`)
  const after = ranked(fitted.photos, fitted.stands, fitted.standLabels, isExcluded)
  const before = ranked(champion.photos, champion.references, data.labels, isExcluded)
  const classes = data.identities.length
  const distribution = shares(fitted.photos, bestStands(fitted, classes), TEMPERATURE, {
    cannotLink: data.cannotLink,
  })
  // Nobody need be asked again.
  const confirmed = new Set(data.mustLink.map(({ photo }) => photo))
  const photos = data.photos.rows
  const at = (n: number) => Array.from({ length: photos }, (_, i) => i * n)
  const distance = (cosine: number) => Math.sqrt(Math.max(0, 2 - 2 * Math.max(-1, cosine)))
  const hangs = new Int32Array(photos)
  nearestOthers(fitted.photos, HANGS_ON).index.forEach((other) => {
    if (other >= 0) hangs[other]!++
  })
  return {
    classes: after.classes,
    probabilities: Float32Array.from(after.classes, (label, i) =>
      label < 0 ? 0 : distribution.values[Math.floor(i / 2) * classes + label]!,
    ),
    entropy: Float32Array.from(at(1), (i) =>
      confirmed.has(i) ? 0 : entropyOf(row(distribution, i)) / Math.log(Math.max(2, classes)),
    ),
    hangs,
    before: Int32Array.from(at(2), (i) => before.classes[i]!),
    distanceBefore: Float32Array.from(at(2), (i) => distance(before.cosine[i]!)),
    distanceAfter: Float32Array.from(at(2), (i) => distance(after.cosine[i]!)),
  }
}

/** One row a class: its prototype, or its first reference. */
function bestStands({ stands, standLabels }: Fitted, classes: number): Matrix {
  const out = matrix(classes, stands.columns)
  for (let r = stands.rows - 1; r >= 0; r--) out.values.set(row(stands, r), standLabels[r]! * stands.columns)
  return out
}

function entropyOf(shares: Float32Array): number {
  return shares.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0)
}

function msPerPicture(head: HeadModel, photos: Matrix): number {
  const count = Math.min(20, photos.rows)
  applyHead(head, row(photos, 0))
  const began = performance.now()
  for (let i = 0; i < count; i++) applyHead(head, row(photos, i))
  return (performance.now() - began) / Math.max(1, count)
}
