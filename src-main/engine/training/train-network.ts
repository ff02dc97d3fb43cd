import type { Problem } from '../../contract/jobs.ts'
import { PAPER_WEIGHTS } from '../losses/objective.ts'
import { tf, type Scalar, type Tensor, type Tensor2D } from '../tf.ts'
import { batch, picturesOf, type Augmentation, type Pictures } from './augment.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Control } from './control.ts'
import { runLoop, type LoopEnd, type LoopOptions } from './loop.ts'
import type { Stored } from './network.ts'
import { createOptimizer, type OptimizerConfig } from './optimizers.ts'
import { lossOf, lossParameters, predictions } from './predictions.ts'
import { createRandom, type Random } from './random.ts'
import { notCompiled } from './recorded.ts'
import type { Drawn, Recipe } from './recipe.ts'
import type { Schedule } from './schedules.ts'
import { createShuffle, type ShuffleState } from './shuffle.ts'
import type { WatchOptions } from './watches.ts'
import { forward, type StepInputs, type StepSpec } from './train-step.ts'
import { createWeightAverage } from './weight-average.ts'

/** A data set in memory. */
export interface TrainData {
  readonly labelled: Pictures
  /** The class of each labelled picture, 0 … classes − 1; every class has at least one. */
  readonly labels: ArrayLike<number>
  readonly classes: number
  readonly unlabelled?: Pictures | undefined
  /** Weight of each unlabelled picture in the entropy term, 0 … 1. */
  readonly weights?: Float32Array | undefined
  /** With it the unlabelled pictures are learned as labelled ones, by what a teacher takes them for. */
  readonly teacher?: Teacher | undefined
}

/**
 * What the unlabelled pictures at `places` are taken for: rows that sum to 1, places × classes, and the weight of each. Always the
 * same for the same places, or a resumed run would end with other weights.
 */
export type Teacher = (places: Int32Array) => { readonly targets: Float32Array; readonly weights: Float32Array }

/** Plain data but for the network and the last four. Defaults are the paper's setting. */
export interface TrainSpec extends StepSpec {
  readonly seed: number
  readonly steps: number
  /** Steps over which λ of the unlabelled terms rises in a straight line. */
  readonly ramp?: number
  /** Labelled pictures a step, and as many unlabelled ones; 32. */
  readonly batch?: number
  readonly optimizer?: OptimizerConfig
  /** 0.1 */
  readonly rate?: number
  readonly schedule?: Schedule
  readonly augment?: { readonly labelled?: Augmentation; readonly unlabelled?: Augmentation }
  /** Decay of a moving mean of the weights; without it there is none. */
  readonly average?: number
  readonly watches?: WatchOptions | false
  readonly folder?: string
  readonly from?: Checkpoint
  readonly heldOut?: LoopOptions['heldOut']
  readonly onNotice?: (notice: Problem) => void
}

export interface TrainEnd extends LoopEnd {
  /** Of the network after the last step: weights, running averages, and parameters of the loss under OF_LOSS. */
  readonly weights: ReadonlyMap<string, Stored>
  /** The moving mean, if there is one. */
  readonly average?: ReadonlyMap<string, Stored>
}

/** Looks at predictions only in every so many steps: they cost a second distribution. */
const LOOK_EVERY = 5

/**
 * The paper's training (Hoffer & Ailon, 2016, section 5): in every step one reference of each class drawn evenly from its
 * labelled pictures, a batch of labelled and a batch of unlabelled ones through the network together, the objective of
 * eq. 6, and a step of the optimiser. The network ends with the last weights.
 * @throws Cancelled, and what runLoop throws
 */
export async function trainNetwork(spec: TrainSpec, data: TrainData, control: Control): Promise<TrainEnd> {
  const { network, seed, steps, average: decay } = spec
  // The network's weights are drawn from the seed itself; the steps from another stream of it.
  const random = createRandom(seed + 2 ** 40)
  lossParameters(spec, data.classes)
  const all = new Map([...network.variables, ...network.averages])
  const optimizer = createOptimizer(
    spec.optimizer ?? { kind: 'nesterov', weightDecay: 1e-4 },
    network.variables,
    (reason) => spec.onNotice?.(notCompiled(reason)),
  )
  const average = decay === undefined ? undefined : createWeightAverage(all, decay)
  try {
    const end = await runLoop({
      recipe: recipeOf(spec, data, random),
      optimizer,
      average,
      random,
      steps,
      rate: spec.rate ?? 0.1,
      schedule: spec.schedule ?? { kind: 'step', every: Math.max(1, Math.floor(steps / 3)) },
      batch: spec.batch ?? 32,
      control,
      config: configOf(spec, data),
      folder: spec.folder,
      from: spec.from,
      watches: spec.watches,
      heldOut: spec.heldOut,
      onNotice: spec.onNotice,
    })
    return { ...end, weights: network.read(), ...(average && { average: average.read() }) }
  } finally {
    optimizer.dispose()
    average?.dispose()
  }
}

/** What makes two runs the same run. */
export function configOf(spec: TrainSpec, data: TrainData): unknown {
  const { network, seed, steps, loss, lossOptions, weights, ramp, normalised, batch, optimizer, rate, schedule } = spec
  const { augment, average } = spec
  return {
    network: { name: network.name, input: network.input, dimensions: network.dimensions },
    data: {
      labelled: data.labels.length,
      classes: data.classes,
      unlabelled: data.unlabelled ? picturesOf(data.unlabelled) : 0,
      ...(data.teacher && { taught: true }),
    },
    ...{
      seed,
      steps,
      loss,
      lossOptions,
      weights,
      ramp,
      normalised,
      batch,
      optimizer,
      rate,
      schedule,
      augment,
      average,
    },
  }
}

interface State {
  readonly queries: ShuffleState
  readonly unlabelled?: ShuffleState
}

function recipeOf(spec: TrainSpec, data: TrainData, random: Random): Recipe {
  const { network } = spec
  const members = Array.from({ length: data.classes }, () => [] as number[])
  for (let i = 0; i < data.labels.length; i++) members[data.labels[i]!]!.push(i)
  const empty = members.findIndex((places) => places.length === 0)
  if (empty >= 0) throw new Error(`Class ${empty} has no labelled picture.`)
  let queries = createShuffle(data.labels.length, random)
  let unlabelled = data.unlabelled && createShuffle(picturesOf(data.unlabelled), random)
  return {
    variables: network.variables,
    forward: (inputs) => forward(spec, data.classes, random, inputs as StepInputs),
    read: () => network.read(),
    write: (stored) => network.write(stored),
    state: (): State => ({
      queries: queries.state(),
      ...(unlabelled && { unlabelled: unlabelled.state() }),
    }),
    restore(saved) {
      const state = saved as State
      queries = createShuffle(data.labels.length, random, state.queries)
      unlabelled = data.unlabelled && createShuffle(picturesOf(data.unlabelled), random, state.unlabelled)
    },
    draw(step, size) {
      const references = members.map((places) => places[random.integer(places.length)]!)
      return drawn(spec, data, random, step, references, queries.take(size), unlabelled?.take(size))
    },
  }
}

function drawn(
  spec: TrainSpec,
  data: TrainData,
  random: Random,
  step: number,
  references: readonly number[],
  queries: Int32Array,
  places: Int32Array | undefined,
): Drawn {
  const { network, augment = {} } = spec
  const views = !places ? 0 : data.teacher ? 1 : lossOf(spec).views
  const parts = [batch(data.labelled, [...references, ...queries], augment.labelled, random)]
  for (let view = 0; view < views; view++) parts.push(batch(data.unlabelled!, places!, augment.unlabelled, random))
  const sizes = [references.length, queries.length, ...Array<number>(views).fill(places?.length ?? 0)]
  const pictures = sizes.reduce((sum, size) => sum + size, 0)
  const labels = Array.from(queries, (place) => data.labels[place]!)
  const { unlabelled, balance } = spec.weights ?? PAPER_WEIGHTS
  const risen = Math.min(1, (step + 1) / Math.max(1, spec.ramp ?? 0))

  return {
    pictures,
    inputs: (): StepInputs => ({
      x: tf.tensor4d(joined(parts), [pictures, ...network.input]),
      labels: tf.tensor1d(Float32Array.from(labels)),
      unlabelled: tf.scalar(risen * unlabelled),
      balance: tf.scalar(risen * balance),
      ...(places && (data.teacher ? taught(data.teacher, places, data.classes) : weighed(data, places))),
    }),
    look: (seen) => look(seen, { step, sizes, labels, classes: data.classes, spec }),
  }
}

function taught(teacher: Teacher, places: Int32Array, classes: number) {
  const { targets, weights } = teacher(places)
  return { targets: tf.tensor2d(targets, [places.length, classes]), weight: tf.tensor1d(weights) }
}

const weighed = ({ weights }: TrainData, places: Int32Array) =>
  weights && { weight: tf.tensor1d(Float32Array.from(places, (place) => weights[place]!)) }

interface Looked {
  readonly step: number
  readonly sizes: readonly number[]
  readonly labels: readonly number[]
  readonly classes: number
  readonly spec: TrainSpec
}

function look(seen: Readonly<Record<string, Tensor>>, looked: Looked): ReturnType<Drawn['look']> {
  const { step, sizes, labels, classes, spec } = looked
  const number = (tensor: Tensor | undefined) => (tensor as Scalar | undefined)?.dataSync()[0]
  const [labelled, entropy, balance] = [number(seen['labelled']), number(seen['unlabelled']), number(seen['balance'])]
  const report = {
    ...(labelled !== undefined && { labelled }),
    ...(entropy !== undefined && { entropy }),
    ...(balance !== undefined && { balance: -balance / Math.log(Math.max(2, classes)) }),
  }
  if (step % LOOK_EVERY !== 0) return { report }
  const embeddings = seen['embeddings'] as Tensor2D
  const values = embeddings.dataSync() as Float32Array
  const [z, q, u] = tf.split(embeddings, sizes as number[]) as Tensor2D[]
  const distribution = (x: Tensor2D) => predictions(spec, x, z!).dataSync() as Float32Array
  const unlabelled = u && distribution(u)
  return {
    report: { ...report, ...(unlabelled && { entropies: entropiesOf(unlabelled, classes) }) },
    observed: {
      embeddings: { values, dimensions: embeddings.shape[1] },
      labelled: { logP: distribution(q!), labels },
      classes,
      ...(unlabelled && { unlabelled }),
    },
  }
}

/** Of each row, in nats. */
export function entropiesOf(logP: Float32Array, classes: number): Float32Array {
  const entropies = new Float32Array(logP.length / classes)
  logP.forEach((value, i) => (entropies[Math.floor(i / classes)]! -= Math.exp(value) * Math.max(value, -1e3)))
  return entropies
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
