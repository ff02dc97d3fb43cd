import type { Problem } from '../../contract/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import { balance } from '../losses/balance.ts'
import { logDistribution } from '../losses/distance-distribution.ts'
import { classIndicator, distanceRatio } from '../losses/distance-ratio.ts'
import { crossEntropyTo, entropies, minimumEntropy } from '../losses/minimum-entropy.ts'
import { tf, type Scalar, type Tensor, type Tensor2D, type Variable } from '../tf.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import type { Control } from '../training/control.ts'
import { runLoop } from '../training/loop.ts'
import { assign, readTensor } from '../training/network.ts'
import { adam } from '../training/optimizers.ts'
import { createRandom, type Random } from '../training/random.ts'
import type { Recipe } from '../training/recipe.ts'
import type { Standardised } from './data.ts'
import type { HeadModel } from './head.ts'
import type { Matrix } from './matrix.ts'
import { createBatches, type Batch } from './metric-batches.ts'

/** What a trained head is made with; recipes.md part 1. */
export interface MetricConfig {
  readonly seed: number
  readonly steps: number
  readonly rate: number
  /** Unlabelled samples a step. */
  readonly batch: number
  /** Weights of the entropy term, which grows over the first half, and of the balance term −H(mean prediction). */
  readonly entropy: number
  readonly balance: number
  /** Weight of the cross-entropy to the classes that the closed form gives each photo (5.3 of the paper). */
  readonly overlap: number
  /** Width of the hidden layer; 0 for a linear head. */
  readonly hidden: number
}

export const METRIC: Omit<MetricConfig, 'seed'> = {
  steps: 300,
  rate: 3e-4,
  batch: 256,
  entropy: 0.5,
  balance: 1,
  overlap: 1,
  hidden: 0,
}

/** d² of unit vectors is at most 4; times this, the distribution can be sharp. */
const SCALE = 5
const DECAY = 0.01
export type Layers = Pick<HeadModel, 'weights' | 'dimensions' | 'hidden'>

/** What a training that may be interrupted keeps, and whom it tells. */
export interface Keeping {
  /** Where checkpoints are written; the newest one there is gone on from. */
  readonly folder?: string | undefined
  readonly onNotice?: ((problem: Problem) => void) | undefined
  /** After each step; `layers` reads the weights of the moment. */
  readonly onStep?: ((step: number, layers: () => Layers) => void) | undefined
}

/**
 * A head by gradient descent from the closed form: the paper's distance-ratio loss of a random view of each reference, and
 * minimum entropy with balance of unlabelled photos, under P = softmax(−5·d²) of unit embeddings (Hoffer & Ailon, 2016,
 * eq. 1–6; the balance term: Bridle et al., 1991).
 * @param start W, F × D
 * @param overlap N × c, what the closed form makes of each photo; rows sum to 1
 * @throws Cancelled, and what runLoop throws; AppError training-stopped when the numbers are none again and again
 */
export async function trainMetric(
  data: Standardised,
  start: Matrix,
  overlap: Matrix,
  config: MetricConfig,
  control: Control,
  { folder, onNotice, onStep }: Keeping = {},
): Promise<Layers> {
  const random = createRandom(config.seed)
  const variables = variablesOf(start, config.hidden, random)
  const optimizer = adam(variables, { weightDecay: DECAY })
  const layers = (): Layers => {
    const read = (path: string) => readTensor(variables.get(path)!).values
    const hidden = config.hidden > 0 && { into: read('into'), bias: read('bias'), out: read('out') }
    return { weights: read('weights'), dimensions: start.columns, ...(hidden && { hidden }) }
  }
  try {
    const end = await runLoop({
      recipe: recipeOf(data, variables, overlap, config, random),
      optimizer,
      random,
      steps: config.steps,
      rate: config.rate,
      schedule: { kind: 'cosine' },
      batch: config.batch,
      control: {
        ...control,
        async tick(report, save) {
          await control.tick(report, save)
          onStep?.(report.step, layers)
        },
      },
      config: {
        ...config,
        photos: data.photos.rows,
        references: data.references.rows,
        classes: data.identities.length,
      },
      folder,
      from: folder === undefined ? undefined : newestCheckpoint(folder)?.checkpoint,
      // What a folder shows of its identities is unknown: the gate judges the head.
      watches: false,
      onNotice,
    })
    if (end.outcome === 'stopped')
      throw new AppError('training-stopped', end.problem?.message ?? 'The numbers of the run are none.')
    return layers()
  } finally {
    optimizer.dispose()
    tf.dispose([...variables.values()])
  }
}

function recipeOf(
  data: Standardised,
  variables: ReadonlyMap<string, Variable>,
  overlap: Matrix,
  config: MetricConfig,
  random: Random,
): Recipe {
  const batches = createBatches(data, overlap, random)
  return {
    variables,
    read: () => new Map([...variables].map(([path, variable]) => [path, readTensor(variable)])),
    write(stored) {
      for (const [path, variable] of variables) assign(variable, stored.get(path), `head: ${path}`)
    },
    state: batches.state,
    restore: batches.restore,
    draw(step, size) {
      const batch = batches.next(size)
      const ramp = Math.min(1, (2 * (step + 1)) / config.steps)
      return {
        pictures: batch.pictures,
        forward: () => losses(variables, batch, config, ramp),
        look: ({ labelled, entropy, spread, each }) => ({
          report: {
            labelled: value(labelled!),
            entropy: value(entropy!),
            balance: -value(spread!) / Math.log(Math.max(2, batch.classes)),
            entropies: Float32Array.from(each!.dataSync()),
          },
        }),
      }
    },
  }
}

const value = (scalar: Tensor) => scalar.dataSync()[0]!

/** The hidden layer begins with nothing to add, so that every head begins as the closed form. */
function variablesOf(start: Matrix, hidden: number, random: Random): Map<string, Variable> {
  const made = (values: Float32Array, shape: number[]) => {
    const initial = tf.tensor(values, shape)
    const variable = tf.variable(initial)
    initial.dispose()
    return variable
  }
  const variables = new Map([['weights', made(start.values, [start.rows, start.columns])]])
  if (hidden === 0) return variables
  const into = Float32Array.from({ length: start.rows * hidden }, () => random.normal() * Math.sqrt(2))
  variables.set('into', made(into, [start.rows, hidden]))
  variables.set('bias', made(new Float32Array(hidden), [hidden]))
  variables.set('out', made(new Float32Array(hidden * start.columns), [hidden, start.columns]))
  return variables
}

function embed(variables: ReadonlyMap<string, Variable>, z: Tensor2D): Tensor2D {
  let y: Tensor = tf.matMul(z, variables.get('weights') as unknown as Tensor2D)
  const into = variables.get('into')
  if (into) {
    const h = tf.relu(tf.add(tf.matMul(z, into as unknown as Tensor2D), variables.get('bias')!)) as Tensor2D
    y = tf.add(y, tf.matMul(h, variables.get('out') as unknown as Tensor2D))
  }
  return tf.div(y, tf.maximum(tf.norm(y, 2, 1, true), 1e-8))
}

function losses(variables: ReadonlyMap<string, Variable>, batch: Batch, config: MetricConfig, ramp: number) {
  const { loss, seen } = objectiveOf(
    {
      references: embed(variables, batch.references),
      queries: embed(variables, batch.queries),
      photos: embed(variables, batch.photos),
    },
    batch,
    config,
    ramp,
  )
  const { labelled, entropy, spread, each } = seen
  return { loss, seen: { labelled, entropy, spread, each } as Record<string, Tensor> }
}

/** Unit embeddings of one step: references and queries a row a class, and photos. */
export interface Embedded {
  readonly references: Tensor2D
  readonly queries: Tensor2D
  readonly photos: Tensor2D
}

/**
 * The objective of a trained head.
 * @param ramp share of its weight that the entropy term has by now
 */
export function objectiveOf(
  { references: z, queries, photos }: Embedded,
  { classes, weights, overlap }: Pick<Batch, 'classes' | 'weights' | 'overlap'>,
  config: Pick<MetricConfig, 'entropy' | 'balance' | 'overlap'>,
  ramp: number | Tensor,
) {
  const options = { squared: true, scale: SCALE }
  const labels = Array.from({ length: classes }, (_, i) => i)
  const asked = logDistribution(queries, z, options)
  const labelled = distanceRatio(asked, classIndicator(labels, classes))
  const logP = logDistribution(photos, z, options)
  const entropy = minimumEntropy(logP, weights)
  const spread = balance(logP, weights)
  const known = crossEntropyTo(logP, overlap, weights)
  const loss = tf.addN([
    labelled,
    tf.mul(tf.mul(entropy, config.entropy), ramp),
    tf.mul(spread, config.balance),
    tf.mul(known, config.overlap),
  ]) as Scalar
  return { loss, seen: { labelled, entropy, spread, each: entropies(logP), asked, logP } }
}
