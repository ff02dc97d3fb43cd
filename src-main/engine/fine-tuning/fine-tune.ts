import type { Problem } from '../../contract/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import type { HeadPart } from '../heads/head.ts'
import type { Matrix } from '../heads/matrix.ts'
import { METRIC, objectiveOf } from '../heads/metric.ts'
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, type Variable } from '../tf.ts'
import type { Checkpoint } from '../training/checkpoint.ts'
import type { Control } from '../training/control.ts'
import { runLoop } from '../training/loop.ts'
import { assign, readTensor, type Stored } from '../training/network.ts'
import { adam } from '../training/optimizers.ts'
import { createRandom } from '../training/random.ts'
import type { Forward } from '../training/gradients.ts'
import type { Drawn, Recipe } from '../training/recipe.ts'
import type { ShuffleState } from '../training/shuffle.ts'
import type { Weight } from '../weights.ts'
import { createBatches, type Batch, type Learned } from './batches.ts'
import { parametersOf, type Cut } from './cut.ts'
import type { Looks } from './looks.ts'

export interface FineTuneConfig {
  readonly seed: number
  readonly steps: number
  /** Of the backbone's weights; the head's is HEAD times as large. */
  readonly rate: number
  /** Photos a step, and as many classes at most. */
  readonly batch: number
  readonly entropy: number
  readonly balance: number
}

export const FINE_TUNE = {
  blocks: 2,
  steps: 200,
  rate: 2e-5,
  entropy: METRIC.entropy,
  balance: METRIC.balance,
} as const

/** Photos a step: with many blocks the memory of one picture is a hundred megabytes. */
export const batchFor = (blocks: number): number => (blocks <= 5 ? 32 : 8)

/** What the rate of the head is in rates of the backbone: it begins as a closed form, the backbone as a trained network. */
const HEAD = 15
/** Pulls every weight back to where it began (L2-SP; Li, Grandvalet & Davoine, 2018, arXiv:1802.01483), decoupled. */
const DECAY = 20

export interface FineTuning {
  readonly cut: Cut
  readonly looks: Looks
  readonly learned: Learned
  readonly classes: number
  /** How features become z, and W, F × D: the closed form on the shipped features. */
  readonly how: readonly HeadPart[]
  readonly start: Matrix
  readonly config: FineTuneConfig
  readonly folder?: string | undefined
  readonly from?: Checkpoint | undefined
  readonly onNotice?: ((problem: Problem) => void) | undefined
}

export interface FineTuned {
  /** Weights behind the cut, all of them. */
  readonly weights: ReadonlyMap<string, Weight>
  readonly steps: number
}

/**
 * Learns the blocks behind a cut together with a linear head by the objective of a trained head. What is learned is a
 * difference from the shipped weights, so that weight decay pulls towards them and nothing before the cut can change.
 * Batch norm is folded and stays as it is.
 * @throws Cancelled; AppError training-stopped when a watch ends it, and what runLoop throws
 */
export async function fineTune(options: FineTuning, control: Control): Promise<FineTuned> {
  const { cut, config, start } = options
  const random = createRandom(config.seed)
  const differences = new Map([...cut.start].map(([path, { shape }]) => [path, zeros(shape)]))
  const head = zeros([start.rows, start.columns])
  const variables = new Map([...differences].map(([path, variable]) => [`backbone/${path}`, variable]))
  variables.set('head', head)
  const optimizer = adam(variables, { weightDecay: DECAY })
  const closed = tf.tidy(() => tf.variable(tf.tensor2d(start.values, [start.rows, start.columns]), false))
  try {
    const end = await runLoop({
      recipe: recipeOf(options, { variables, differences, head, closed }, random),
      optimizer,
      random,
      steps: config.steps,
      rate: config.rate,
      schedule: { kind: 'cosine', warmUp: Math.min(20, Math.ceil(config.steps / 10)) },
      batch: config.batch,
      control,
      config: { ...config, blocks: cut.blocks, photos: options.learned.photos.length, classes: options.classes },
      folder: options.folder,
      from: options.from,
      onNotice: options.onNotice,
    })
    if (end.outcome === 'stopped')
      throw new AppError('training-stopped', end.problem?.message ?? 'A watch ended the run.')
    const weights = [...differences].map(([path, difference]): [string, Weight] => {
      const sum = tf.add(cut.start.get(path)!, difference)
      const weight = readTensor(sum)
      sum.dispose()
      return [path, weight]
    })
    return { weights: new Map(weights), steps: end.step }
  } finally {
    optimizer.dispose()
    tf.dispose([...variables.values(), closed])
  }
}

function zeros(shape: readonly number[]): Variable {
  const initial = tf.zeros([...shape])
  const variable = tf.variable(initial)
  initial.dispose()
  return variable
}

interface Weights {
  readonly variables: ReadonlyMap<string, Variable>
  readonly differences: ReadonlyMap<string, Variable>
  readonly head: Variable
  readonly closed: Variable
}

function recipeOf(options: FineTuning, weights: Weights, random: ReturnType<typeof createRandom>): Recipe {
  const batches = createBatches(options.learned, options.looks, random)
  return {
    variables: weights.variables,
    read: () => new Map([...weights.variables].map(([path, variable]) => [path, readTensor(variable)])),
    write(stored: ReadonlyMap<string, Stored>) {
      for (const [path, variable] of weights.variables) assign(variable, stored.get(path), `fine-tuning: ${path}`)
    },
    state: () => batches.state(),
    restore: (state) => batches.restore(state as ShuffleState),
    forward: (inputs) => forward(options, weights, inputs as Inputs),
    draw(step, size) {
      const batch = batches.next(size)
      return {
        pictures: 2 * batch.classes.length + batch.photos.length,
        inputs: () => inputsOf(options, batch, step),
        look: (seen) => look(seen, batch.classes, options.classes),
      }
    },
  }
}

/** z of B rows of features, as `standardised` makes it, on the tape: the network's part, then parts that no weight changes. */
function standardised(network: Tensor2D, beside: Tensor2D | undefined, how: readonly HeadPart[]): Tensor2D {
  let at = 0
  const parts = how.map(({ mean, share }, i) => {
    const features = i === 0 ? network : tf.slice(beside!, [0, at], [-1, mean.length])
    if (i > 0) at += mean.length
    return tf.mul(unit(tf.sub(features, tf.tensor1d(mean)) as Tensor2D), Math.sqrt(share)) as Tensor2D
  })
  return parts.length === 1 ? parts[0]! : (tf.concat(parts, 1) as Tensor2D)
}

const unit = (x: Tensor2D): Tensor2D => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)))

/** The tensors of one step. A type, not an interface: only such is a record. */
type Inputs = {
  /** B × the cut's shape: references, queries, photos. */
  readonly x: Tensor4D
  /** B × what no network makes of them. */
  readonly beside?: Tensor2D
  readonly weights: Tensor1D
  /** Photos × classes of the step. */
  readonly overlap: Tensor2D
  /** Share of its weight that the entropy term has by now. */
  readonly ramp: Scalar
}

function inputsOf({ looks, config }: FineTuning, batch: Batch, step: number): Inputs {
  const { classes, references, queries, photos } = batch
  const which = [...references, ...queries, ...photos]
  const other = which.map(([place, look]) => looks.beside(place, look))
  const width = other[0]!.length
  return {
    x: looks.at(which),
    ...(width > 0 && {
      beside: tf.tensor2d(Float32Array.from(other.flatMap((part) => [...part])), [which.length, width]),
    }),
    weights: tf.tensor1d(batch.weights),
    overlap: tf.tensor2d(batch.overlap, [photos.length, classes.length]),
    ramp: tf.scalar(Math.min(1, (2 * (step + 1)) / config.steps)),
  }
}

/** On the tape, and a function of its inputs and the variables alone: it is recorded. */
function forward({ cut, how, config }: FineTuning, of: Weights, inputs: Inputs): Forward<Tensor> {
  const { x, beside, weights, overlap, ramp } = inputs
  const [photos, classes] = overlap.shape
  const now = new Map([...of.differences].map(([path, difference]) => [path, tf.add(cut.start.get(path)!, difference)]))
  const features = cut.after(parametersOf(now), x)
  const W = tf.add(of.closed, tf.mul(of.head, HEAD)) as Tensor2D
  const embeddings = unit(tf.matMul(standardised(features, beside, how), W))
  const [z, q, u] = tf.split(embeddings, [classes, classes, photos]) as Tensor2D[]
  const { loss, seen } = objectiveOf(
    { references: z!, queries: q!, photos: u! },
    { classes, weights, overlap },
    { entropy: config.entropy, balance: config.balance, overlap: METRIC.overlap },
    ramp,
  )
  return { loss, seen: { ...seen, embeddings } }
}

function look(
  seen: Readonly<Record<string, Tensor>>,
  classes: readonly number[],
  all: number,
): ReturnType<Drawn['look']> {
  const number = (name: string) => (seen[name] as Scalar).dataSync()[0]!
  const embeddings = seen['embeddings'] as Tensor2D
  const values = Float32Array.from(embeddings.dataSync())
  return {
    report: {
      labelled: number('labelled'),
      entropy: number('entropy'),
      balance: -number('spread') / Math.log(Math.max(2, classes.length)),
      entropies: Float32Array.from(seen['each']!.dataSync()),
    },
    observed: {
      embeddings: { values, dimensions: embeddings.shape[1] },
      labelled: { logP: wide(seen['asked']!, classes, all), labels: classes },
      unlabelled: wide(seen['logP']!, classes, all),
      classes: all,
    },
  }
}

/** log P over all classes: those that were not in the step have none of it. */
function wide(logP: Tensor, classes: readonly number[], all: number): Float32Array {
  const values = logP.dataSync()
  const rows = values.length / classes.length
  const out = new Float32Array(rows * all).fill(-Infinity)
  for (let i = 0; i < rows; i++) classes.forEach((label, j) => (out[i * all + label] = values[i * classes.length + j]!))
  return out
}
