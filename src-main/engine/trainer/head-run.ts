import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainerEvent, TrainResult, TrainWork } from '../../contract/trainer-api.ts'
import { openBackbone } from '../backbones.ts'
import type { Crops } from '../fine-tuning/looks.ts'
import { featuresUnder } from '../fine-tuning/tune-backbone.ts'
import { readTuned, TUNED_FILES } from '../fine-tuning/tuned-file.ts'
import { applyHeadTo, type HeadData } from '../heads/data.ts'
import type { Champion } from '../heads/gate.ts'
import { readHead, writeHead } from '../heads/head-file.ts'
import type { HeadModel } from '../heads/head.ts'
import { row, stack, type Matrix } from '../heads/matrix.ts'
import type { Link } from '../heads/propagate.ts'
import { shippedChampion, shippedParts } from '../heads/shipped.ts'
import { trainHead, type HeadResult } from '../heads/train-head.ts'
import { createControl, type Control } from '../training/control.ts'
import { createLiveMap } from './live-map.ts'
import { layout } from './map.ts'
import { histogramOf, type Reporter } from './report.ts'
import { shareOf } from './share.ts'
import { orEmpty, type Tables } from './tables.ts'

export interface Surroundings {
  /** The folder resources/ with the models. */
  readonly resources: string
  readonly control: Control
  readonly reporter: Reporter
  tell(event: TrainerEvent): void
}

/** What a head learns from, out of the tables that the core sent. */
export function headData(tables: Tables, work: TrainWork): HeadData {
  const photos = tables.floats('photos')
  const { columns } = photos
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
    cannotLink: linksOf(work.cannotLink),
    mustLink: linksOf(work.mustLink),
  }
}

const linksOf = (pairs: Int32Array): Link[] =>
  Array.from({ length: pairs.length / 2 }, (_, i) => ({ photo: pairs[2 * i]!, label: pairs[2 * i + 1]! }))

/** What the backbone is given of every photo and reference; only sent where a model of its own weights is in play. */
export const cropsOf = (tables: Tables): Crops => ({
  photos: tables.bytes('photo-crops').values,
  references: tables.bytes('reference-crops').values,
})

/** The model that answers now: a head, or the shipped one, which the tables hold embeddings of. */
export async function championOf(tables: Tables, work: TrainWork, resources: string): Promise<Champion> {
  if (work.champion !== undefined) {
    const head = await readHead(work.champion)
    if (!existsSync(join(work.champion, TUNED_FILES[0])))
      return headAsChampion(tables, work, head, headData(tables, work))
    const backbone = await openBackbone(resources, work.profile)
    const rows = featuresUnder(backbone, await readTuned(work.champion), cropsOf(tables), work.views)
    return { ...headAsChampion(tables, work, head, rows), rows }
  }
  const how = await shippedParts(resources, work.profile, work.parts)
  return shippedChampion(how, tables.floats('embeddings'), tables.floats('reference-embeddings'))
}

/** A prototype stands for its identity in place of the references that it was made from, as it does in search. */
function headAsChampion(
  tables: Tables,
  work: TrainWork,
  head: HeadModel,
  rows: Pick<HeadData, 'photos' | 'references'>,
): Champion {
  const embed = (features: Matrix) => applyHeadTo(head, features)
  const references = embed(rows.references)
  const prototypes = tables.floats('champion-prototypes')
  work.labels.forEach((label, r) => {
    const prototype = row(prototypes, label)
    if (prototype.some((value) => value !== 0)) references.values.set(prototype, r * references.columns)
  })
  return { photos: embed(rows.photos), references, embed }
}

/** A run over features of the frozen backbone, from its first map to the files of its head. */
export async function runHead(tables: Tables, work: TrainWork, around: Surroundings): Promise<TrainResult> {
  const { control, tell } = around
  const data = headData(tables, work)
  const champion = await championOf(tables, work, around.resources)
  tellMap(0, champion.photos, champion.references, work, false, tell)

  const drawn = createLiveMap<Pick<Champion, 'photos' | 'references'>>((step, { photos, references }) =>
    tellMap(step, photos, references, work, false, tell),
  )
  const result = await trainHead(data, work.config, control, champion, {
    folder: join(work.folder, 'checkpoints'),
    beside: createControl(),
    onStep: drawn,
    onNotice: (problem) => tell({ type: 'notice', problem }),
  })
  tell({ type: 'evaluating' })
  return finished('head', data, result, work, around)
}

/**
 * Tells the last figures and the last map, and writes the model's files.
 * @param beside writes what the model has beside its head
 */
export function finished(
  kind: 'head' | 'fine-tuned',
  data: HeadData,
  { head, answers, gate, msPerPicture }: HeadResult,
  work: TrainWork,
  { reporter, tell }: Surroundings,
  beside?: (files: string) => void,
): TrainResult {
  const { heldOut, ...figures } = gate
  const steps = reporter.steps()
  const wrong = heldOut.truth.filter((label, trial) => heldOut.answered[2 * trial + 1] !== label).length
  const most = Math.log(Math.max(2, work.classes))
  reporter.point(
    {
      step: steps,
      histogram: histogramOf(
        answers.entropy.map((share) => share * most),
        work.classes,
      ),
      heldOut: { ...shareOf(wrong, heldOut.truth.length), trials: heldOut.truth.length },
    },
    data.photos.rows,
  )
  tellMap(steps, applyHeadTo(head, data.photos), applyHeadTo(head, data.references), work, true, tell)

  const files = join(work.folder, 'model')
  rmSync(files, { recursive: true, force: true })
  mkdirSync(files, { recursive: true })
  // Who is who stays with the gallery: a head's files hold no identities.
  const { prototypes, ...plain } = head
  beside?.(files)
  writeHead(files, plain)
  return {
    kind,
    files,
    dimensions: head.dimensions,
    ...(prototypes && { prototypes: prototypes.vectors }),
    answers,
    heldOut,
    gate: figures,
    msPerPicture,
    steps,
  }
}

/** Points of the map: references first, then photos. */
export function tellMap(
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
