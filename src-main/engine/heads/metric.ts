import { balance } from '../losses/balance.ts'
import { logDistribution } from '../losses/distance-distribution.ts'
import { classIndicator, distanceRatio } from '../losses/distance-ratio.ts'
import { crossEntropyTo, entropies, minimumEntropy } from '../losses/minimum-entropy.ts'
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Variable } from '../tf.ts'
import type { Control } from '../training/control.ts'
import { backward } from '../training/gradients.ts'
import { readTensor } from '../training/network.ts'
import { adam } from '../training/optimizers.ts'
import { createRandom, type Random } from '../training/random.ts'
import { rateAt } from '../training/schedules.ts'
import type { Standardised } from './data.ts'
import type { HeadModel } from './head.ts'
import { matrix, pick, row, tensorOf, type Matrix } from './matrix.ts'

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
/** References and labelled views of one step; of more classes, as many are drawn. */
const MOST_CLASSES = 256

/**
 * A head by gradient descent from the closed form: the paper's distance-ratio loss of a random view of each reference, and
 * minimum entropy with balance of unlabelled photos, under P = softmax(−5·d²) of unit embeddings (Hoffer & Ailon, 2016,
 * eq. 1–6; the balance term: Bridle et al., 1991).
 * @param start W, F × D
 * @param overlap N × c, what the closed form makes of each photo; rows sum to 1
 */
export async function trainMetric(
  data: Standardised,
  start: Matrix,
  overlap: Matrix,
  config: MetricConfig,
  control: Control,
): Promise<Pick<HeadModel, 'weights' | 'dimensions' | 'hidden'>> {
  const random = createRandom(config.seed)
  const variables = variablesOf(start, config.hidden, random)
  const optimizer = adam(variables, { weightDecay: DECAY })
  const byClass = referencesByClass(data)
  const order = photoOrder(data, random)
  try {
    for (let step = 0; step < config.steps; step++) {
      const batch = draw({ ...data, overlap }, byClass, order, config.batch, random)
      const ramp = Math.min(1, (2 * (step + 1)) / config.steps)
      const result = backward<Tensor>(variables, () => losses(variables, batch, config, ramp))
      if (!Number.isFinite(result.norm)) {
        result.dispose()
        batch.dispose()
        throw new Error(`the gradient of step ${step} is no number`)
      }
      const rate = config.rate * rateAt({ kind: 'cosine' }, step, config.steps)
      optimizer.step(result.gradients, rate)
      const { labelled, entropy, spread, each } = result.seen
      const report = {
        step: step + 1,
        steps: config.steps,
        pictures: batch.pictures,
        labelled: value(labelled!),
        entropy: value(entropy!),
        balance: -value(spread!) / Math.log(Math.max(2, batch.classes)),
        entropies: Float32Array.from(each!.dataSync()),
        rate,
      }
      result.dispose()
      batch.dispose()
      await control.tick(report)
    }
    const read = (path: string) => readTensor(variables.get(path)!).values
    const hidden = config.hidden > 0 && { into: read('into'), bias: read('bias'), out: read('out') }
    return { weights: read('weights'), dimensions: start.columns, ...(hidden && { hidden }) }
  } finally {
    optimizer.dispose()
    tf.dispose([...variables.values()])
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

interface Batch {
  /** c × F: one reference of each class of the step, and a random view of one. */
  readonly references: Tensor2D
  readonly queries: Tensor2D
  readonly classes: number
  /** b × F and b */
  readonly photos: Tensor2D
  readonly weights: Tensor1D
  /** b × c */
  readonly overlap: Tensor2D
  readonly pictures: number
  dispose(): void
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
  ramp: number,
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
    tf.mul(entropy, config.entropy * ramp),
    tf.mul(spread, config.balance),
    tf.mul(known, config.overlap),
  ]) as Scalar
  return { loss, seen: { labelled, entropy, spread, each: entropies(logP), asked, logP } }
}

function referencesByClass({ labels, identities }: Standardised): number[][] {
  const byClass: number[][] = identities.map(() => [])
  labels.forEach((label, r) => byClass[label]!.push(r))
  return byClass.filter((references) => references.length > 0)
}

/** Photos that weigh something, in random order over and over. */
function photoOrder({ weights }: Standardised, random: Random): () => number {
  const some = [...weights.keys()].filter((photo) => weights[photo]! > 0)
  let deck: Int32Array = new Int32Array()
  let at = 0
  return () => {
    if (at >= deck.length) {
      deck = random.permutation(some.length)
      at = 0
    }
    return some[deck[at++]!]!
  }
}

function draw(
  data: Standardised & { readonly overlap: Matrix },
  byClass: readonly (readonly number[])[],
  nextPhoto: () => number,
  size: number,
  random: Random,
): Batch {
  const classes = Math.min(byClass.length, MOST_CLASSES)
  const chosen =
    byClass.length <= classes
      ? byClass
      : [...random.permutation(byClass.length).slice(0, classes)].map((i) => byClass[i]!)
  const labels = chosen.map((of) => data.labels[of[0]!]!)
  const one = (of: readonly number[]) => of[random.integer(of.length)]!
  const perReference = data.references.rows === 0 ? 0 : data.referenceViews.rows / data.references.rows
  const perPhoto = data.photos.rows === 0 ? 0 : data.photoViews.rows / data.photos.rows
  const references = pick(data.references, chosen.map(one))
  const queries = matrix(classes, data.photos.columns)
  chosen.forEach((of, i) => {
    const reference = one(of)
    queries.values.set(
      row(data.referenceViews, reference * perReference + random.integer(perReference)),
      i * queries.columns,
    )
  })
  const some = data.weights.some((weight) => weight > 0) ? Math.min(size, data.photos.rows) : 0
  const photos = matrix(some, data.photos.columns)
  const weights = new Float32Array(some)
  const overlap = matrix(some, classes)
  for (let i = 0; i < some; i++) {
    const photo = nextPhoto()
    const view = random.integer(perPhoto + 1)
    const from = view === perPhoto ? row(data.photos, photo) : row(data.photoViews, photo * perPhoto + view)
    photos.values.set(from, i * photos.columns)
    weights[i] = data.weights[photo]!
    const known = row(data.overlap, photo)
    const sum = labels.reduce((total, label) => total + known[label]!, 0)
    labels.forEach((label, j) => (overlap.values[i * classes + j] = sum > 0 ? known[label]! / sum : 1 / classes))
  }
  const tensors = [
    tensorOf(references),
    tensorOf(queries),
    tensorOf(photos),
    tf.tensor1d(weights),
    tensorOf(overlap),
  ] as const
  return {
    references: tensors[0],
    queries: tensors[1],
    classes,
    photos: tensors[2],
    weights: tensors[3],
    overlap: tensors[4],
    pictures: classes + some,
    dispose: () => tf.dispose([...tensors]),
  }
}
