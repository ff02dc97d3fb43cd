import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { HELD_OUT, type HeldOut, type TrainResult, type TrainWork } from '../../contract/trainer-api.ts'
import { matrix, stack, unitRows, type Matrix } from '../heads/matrix.ts'
import { trials, type Judge } from '../heads/trials.ts'
import { lossNamed, type LossName } from '../losses/table.ts'
import {
  outputs,
  placed,
  planeOf,
  readNetwork,
  writeNetwork,
  type Plane,
  type ServedNetwork,
} from '../learned/network-file.ts'
import { makeNetwork } from '../networks/table.ts'
import { batch, type Pictures } from '../training/augment.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import type { Network } from '../training/network.ts'
import { createRandom } from '../training/random.ts'
import { trainNetwork } from '../training/train-network.ts'
import type { Surroundings } from './head-run.ts'
import { layout } from './map.ts'
import { shareOf } from './share.ts'
import type { Tables } from './tables.ts'

const STEPS = 2000
export const RATE = 0.1
/** Small changes that leave a digit, a glyph or a logo what it is; no mirroring: a mirrored letter is another one. */
export const AUGMENT = { rotation: 0.2, scale: 0.12, shear: 0.15, shift: 2, fill: 'edge' } as const
/** Points of the map. */
const POINTS = 2000
const MEASURED = 20

/** A whole network on labelled small pictures, and unlabelled ones if there are any. */
export async function runScratch(tables: Tables, work: TrainWork, around: Surroundings): Promise<TrainResult> {
  const { control, reporter, tell } = around
  const { config, labels, classes, picture } = work
  const { width, height, channels } = picture!
  const input = [height, width, channels] as const
  const name = config.network ?? (channels === 1 ? 'neighbor-mnist' : 'neighbor-cifar')
  const network = makeNetwork(name, config.seed, input)
  const { values } = tables.bytes('pixels')
  const size = height * width * channels
  const all: Pictures = { values, height, width, channels }
  const some = (places: Int32Array): Pictures => ({ ...all, values: pickBytes(values, size, places) })
  const { trained, held } = split(labels, classes, config.seed)
  const unlabelled = Int32Array.from({ length: values.length / size - labels.length }, (_, i) => labels.length + i)
  const labelOf = (places: Int32Array) => places.map((place) => labels[place]!)

  const references = few(trained, labels, HELD_OUT.references)
  const shown = unlabelled.slice(0, POINTS)
  const measure = (step: number) => {
    const stands = embed(network, all, references)
    tellMap(step, stands, embed(network, all, shown), labelOf(references), work, tell)
    const judge: Judge = { place: (rows) => rows, stands, labels: labelOf(references) }
    const found = trials('labelled', embed(network, all, held), labelOf(held), judge, judge)
    const wrong = found.truth.filter((label, i) => found.answered[2 * i] !== label).length
    return { error: held.length === 0 ? 0 : wrong / held.length, trials: held.length }
  }

  const steps = config.steps ?? STEPS
  const loss = (config.loss ?? (unlabelled.length > 0 ? 'two-views-plain' : 'distance-ratio-plain')) as LossName
  const { rate = 1 } = lossNamed(loss)
  const folder = join(work.folder, 'checkpoints')
  const from = newestCheckpoint(folder)?.checkpoint
  const end = await trainNetwork(
    {
      network,
      seed: config.seed,
      steps,
      loss,
      rate: config.rate ?? RATE * rate,
      schedule: { kind: 'cosine' },
      weights: { labelled: 1, unlabelled: config.entropy ?? 1, balance: config.balance ?? 0 },
      augment: { labelled: AUGMENT, unlabelled: AUGMENT },
      folder,
      heldOut: { every: Math.max(10, Math.round(steps / MEASURED)), measure: () => measure(reporter.now()) },
      onNotice: (problem) => tell({ type: 'notice', problem }),
      ...(config.batch !== undefined && { batch: config.batch }),
      ...(from && { from }),
    },
    {
      labelled: some(trained),
      labels: labelOf(trained),
      classes,
      ...(unlabelled.length > 0 && { unlabelled: some(unlabelled) }),
    },
    control,
  )
  if (end.outcome === 'stopped')
    throw new AppError('training-stopped', end.problem?.message ?? 'A watch ended the run.')
  tell({ type: 'evaluating' })
  measure(steps)
  const files = join(work.folder, 'model')
  // A run that was gone on with after its end had begun may have left another network there.
  rmSync(files, { recursive: true, force: true })
  const plane = planeOf(outputs(network, all, references))
  writeNetwork(files, end.weights, { network: name, input, plane })
  const { heldOut, ms } = await compared({ tables, work, network, pictures: all, plane }, references, held)
  const wrong = heldOut.truth.filter((label, trial) => heldOut.answered[2 * trial + 1] !== label).length
  reporter.point({ step: steps, heldOut: { ...shareOf(wrong, held.length), trials: held.length } }, labels.length)
  return {
    kind: 'network',
    files,
    dimensions: plane ? 3 : network.dimensions,
    heldOut,
    msPerPicture: timed((places) => outputs(network, all, places), references),
    ...(ms !== undefined && { msOfChampion: ms }),
    steps,
  }
}

function pickBytes(values: Uint8Array, size: number, places: Int32Array): Uint8Array {
  const out = new Uint8Array(places.length * size)
  places.forEach((place, i) => out.set(values.subarray(place * size, (place + 1) * size), i * size))
  return out
}

/** Places of the pictures that are learned from, and of those that are kept to be asked. */
function split(labels: Int32Array, classes: number, seed: number): { trained: Int32Array; held: Int32Array } {
  const random = createRandom(seed)
  const members = Array.from({ length: classes }, () => [] as number[])
  for (const place of random.permutation(labels.length)) members[labels[place]!]!.push(place)
  const count = (of: readonly number[]) =>
    of.length >= HELD_OUT.from ? Math.max(1, Math.floor(HELD_OUT.share * of.length)) : 0
  const held = Int32Array.from(members.flatMap((of) => of.slice(0, count(of)))).sort()
  const trained = Int32Array.from(members.flatMap((of) => of.slice(count(of)))).sort()
  return { trained, held }
}

/** At most so many of each class. */
function few(places: Int32Array, labels: Int32Array, most: number): Int32Array {
  const taken = new Map<number, number>()
  return places.filter((place) => {
    const count = taken.get(labels[place]!) ?? 0
    taken.set(labels[place]!, count + 1)
    return count < most
  })
}

/** For training's own eyes: of unit length, but for a plane. @returns rows × D */
function embed(network: Network, pictures: Pictures, places: Int32Array): Matrix {
  const out = outputs(network, pictures, places)
  return network.dimensions === 2 ? out : unitRows(out)
}

/**
 * Held-out pictures asked of the network as it will serve, beside what answers now: the network of the profile, where there is
 * one, else the nearest labelled picture by its pixels alone.
 */
async function compared(
  { tables, work, network, pictures, plane }: Asked,
  references: Int32Array,
  held: Int32Array,
): Promise<{ heldOut: HeldOut; ms?: number }> {
  const of = (places: Int32Array) => places.map((place) => work.labels[place]!)
  const champion = work.champion === undefined ? undefined : await readNetwork(work.champion)
  const asTaken = champion && picturesOf(tables, champion, pictures)
  const before = (places: Int32Array) => {
    if (champion && asTaken) return champion.embed(asTaken, places)
    const values = network.input.reduce((a, b) => a * b, 1)
    return unitRows(matrix(places.length, values, batch(pictures, places)))
  }
  const after = (places: Int32Array) => placed(outputs(network, pictures, places), plane)
  const judge = (place: typeof before): Judge => {
    const probes = place(held)
    return { place: () => probes, stands: place(references), labels: of(references) }
  }
  const heldOut = trials('labelled', matrix(held.length, 1), of(held), judge(before), judge(after))
  if (!champion || !asTaken) return { heldOut }
  const ms = timed((places) => champion.embed(asTaken, places), references)
  champion.close()
  return { heldOut, ms }
}

interface Asked {
  readonly tables: Tables
  readonly work: TrainWork
  readonly network: Network
  readonly pictures: Pictures
  readonly plane: Plane | undefined
}

/** The labelled pictures as the network of the profile takes them. */
function picturesOf(tables: Tables, { input: [height, width, channels] }: ServedNetwork, pictures: Pictures): Pictures {
  if (pictures.height === height && pictures.width === width && pictures.channels === channels) return pictures
  return { values: tables.bytes('champion-pixels').values, height, width, channels }
}

/** Milliseconds that one picture takes. */
function timed(run: (places: Int32Array) => unknown, places: Int32Array): number {
  const one = places.slice(0, 1)
  run(one)
  const began = performance.now()
  for (let i = 0; i < 5; i++) run(one)
  return (performance.now() - began) / 5
}

function tellMap(
  step: number,
  references: Matrix,
  photos: Matrix,
  labels: Int32Array,
  work: TrainWork,
  tell: Surroundings['tell'],
): void {
  const { by, xy } = layout(stack(references, photos), references.rows, work.config.seed, false)
  const label = new Int32Array(references.rows + photos.rows).fill(-1)
  label.set(labels)
  const item = Int32Array.from(label, (_, point) => (point < references.rows ? -1 : point - references.rows))
  tell({ type: 'map', map: { step, by, xy, label, item } })
}
