import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetworkName } from '../src-main/contract/networks.ts'
import type { LossName } from '../src-main/engine/losses/table.ts'
import { makeNetwork } from '../src-main/engine/networks/table.ts'
import { tf, type Scalar, type Tensor1D, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import type { Tensors } from '../src-main/engine/backends/trace.ts'
import { batch, type Augmentation } from '../src-main/engine/training/augment.ts'
import { recordedBackward } from '../src-main/engine/training/gradients.ts'
import { adam } from '../src-main/engine/training/optimizers.ts'
import { lossOf, lossParameters, placed, type Trained } from '../src-main/engine/training/predictions.ts'
import { createRandom, type Random } from '../src-main/engine/training/random.ts'
import { rateAt } from '../src-main/engine/training/schedules.ts'
import type { Identities, MetricData } from './metric-data.ts'
import { omniglotIdentities, orlIdentities } from './metric-data.ts'
import { judge, type Judged } from './metric-judge.ts'
import { once } from './mnist100-kept.ts'

/** One network trained with one loss on some identities, and asked about others. */
export interface MetricRun {
  readonly data: 'omniglot' | 'orl'
  readonly loss: LossName
  readonly network: NetworkName
  /** Pixels on a side that pictures are brought to. */
  readonly side: number
  readonly steps: number
  readonly seed: number
  /** Share of each identity's training pictures; 1 without it. */
  readonly share?: number
}

export interface Measured extends Judged {
  /** Mean of the last fifty steps. */
  readonly loss: number
  /** Of training. */
  readonly seconds: number
}

/** In a batch: identities, pictures of each, and groups that they come from. */
export const BATCH = { identities: 16, each: 4, groups: 4 } as const
/** Of Adam; it rises over the first steps and falls over the second half of them. The same for every loss, and never tuned. */
const RATE = 1e-3
const WARM_UP = 100

/** Koch et al.'s affine distortions for drawings; small movements and mirrors for faces. */
const AUGMENT: Readonly<Record<MetricRun['data'], Augmentation>> = {
  omniglot: { rotation: 0.17, scale: 0.2, shear: 0.3, shift: 0.5 },
  orl: { scale: 0.1, shift: 1.5, mirror: true, fill: 'edge' },
}

const drawings = new Map<number, Promise<MetricData>>()
const dataOf = ({ data, seed, side }: MetricRun) => {
  if (data === 'orl') return orlIdentities(seed, side)
  if (!drawings.has(side)) drawings.set(side, omniglotIdentities(side))
  return drawings.get(side)!
}

/** What was measured before is read from its file, so that a bench that is killed goes on, and benches share their runs. */
export async function measured(run: MetricRun): Promise<Measured> {
  const key = createHash('sha256')
    .update(JSON.stringify([run, BATCH, RATE, WARM_UP, AUGMENT[run.data]]))
    .digest('hex')
    .slice(0, 16)
  return once(join(tmpdir(), 'semblance-data', 'metric-losses', key), async () => {
    const data = await dataOf(run)
    const network = makeNetwork(run.network, run.seed, [run.side, run.side, 1])
    const spec: Trained = { network, loss: run.loss }
    const ended = train(spec, sharedOut(data.train, run.share ?? 1), run)
    const result = { ...judge(spec, data), ...ended }
    network.dispose()
    console.error(`${JSON.stringify(run)}: ${JSON.stringify(result)}`)
    return result
  })
}

/** The first pictures of each identity, two at least. */
function sharedOut(identities: Identities, share: number): Identities {
  const members = identities.members.map((places) => places.slice(0, Math.max(2, Math.round(share * places.length))))
  return { ...identities, members }
}

function train(spec: Trained, identities: Identities, run: MetricRun): Pick<Measured, 'loss' | 'seconds'> {
  const { network } = spec
  const random = createRandom(run.seed + 2 ** 40)
  const classes = identities.members.length
  lossParameters(spec, classes)
  const step = recordedBackward(network.variables, ({ x, labels }: Tensors) => ({
    loss: lossOfBatch(spec, classes, x as Tensor4D, labels as Tensor1D, random),
    seen: {},
  }))
  const optimizer = adam(network.variables, {})
  const schedule = { kind: 'cosine', from: Math.round(run.steps / 2), warmUp: Math.min(WARM_UP, run.steps / 10) } as const // prettier-ignore
  const last: number[] = []
  const began = performance.now()
  for (let at = 0; at < run.steps; at++) {
    const { places, labels } = drawBatch(identities, random, knowsAll(spec))
    const pixels = batch(identities.pictures, places, AUGMENT[run.data], random)
    tf.tidy(() => {
      const inputs = { x: tf.tensor(pixels, [places.length, ...network.input]), labels: tf.tensor1d(labels, 'float32') }
      const { loss, gradients, dispose } = step(inputs)
      optimizer.step(gradients, RATE * rateAt(schedule, at, run.steps))
      dispose()
      if (at >= run.steps - 50) last.push(loss)
    })
  }
  step.dispose()
  optimizer.dispose()
  const loss = last.reduce((sum, one) => sum + one, 0) / last.length
  return { loss, seconds: (performance.now() - began) / 1000 }
}

/** A classifier has an output of each training identity; pairs and triplets know those of the batch. */
const knowsAll = (spec: Trained): boolean =>
  'classes' in (lossOf(spec).parameters?.({ dimensions: 1, classes: 1 }) ?? {})

function lossOfBatch(spec: Trained, classes: number, x: Tensor4D, labels: Tensor1D, random: Random): Scalar {
  const embeddings = placed(spec, spec.network.forward(x, { training: true, random }))
  const parameters = lossParameters(spec, classes)
  // A classifier's pictures are all queries; else the first of each identity is its reference.
  const references = knowsAll(spec) ? 0 : BATCH.identities
  const [z, queries] = [tf.slice(embeddings, [0, 0], [references, -1]), tf.slice(embeddings, [references, 0])]
  const step = { references: z as Tensor2D, queries: queries as Tensor2D, labels: tf.slice(labels, [references]), parameters } // prettier-ignore
  return lossOf(spec).terms(step).labelled
}

/** Places of a batch: one picture of each identity, then the others, and the class of each. */
export function drawBatch(
  identities: Identities,
  random: Random,
  all: boolean,
): { places: number[]; labels: number[] } {
  const { members, groups } = identities
  const chosen = Array.from(random.permutation(groups.length).slice(0, BATCH.groups), (index) => groups[index]!)
  const drawn = chosen.flatMap((group) => {
    const count = BATCH.identities / chosen.length
    return Array.from(random.permutation(group.length).slice(0, count), (index) => group[index]!)
  })
  const pictures = drawn.map((identity) => {
    const own = members[identity]!
    const order = random.permutation(own.length)
    // Where it has fewer than that, some come twice.
    return Array.from({ length: BATCH.each }, (_, i) => own[order[i % own.length]!]!)
  })
  const name = (at: number) => (all ? drawn[at]! : at)
  const places = Array.from({ length: BATCH.each }, (_, i) => pictures.map((own) => own[i]!)).flat()
  return { places, labels: places.map((_, i) => name(i % drawn.length)) }
}
