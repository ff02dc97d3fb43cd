import type { Tensors } from '../backends/trace.ts'
import { tf, type Tensor, type Tensor4D } from '../tf.ts'
import { batch, picturesOf, type Pictures } from '../training/augment.ts'
import { recordedBackward } from '../training/gradients.ts'
import type { Network, Stored } from '../training/network.ts'
import { createOptimizer, type OptimizerConfig } from '../training/optimizers.ts'
import type { Trained } from '../training/predictions.ts'
import type { Random } from '../training/random.ts'
import { recorded } from '../training/recorded.ts'
import type { Recipe } from '../training/recipe.ts'
import { rateAt, type Schedule } from '../training/schedules.ts'
import { createShuffle, type ShuffleState } from '../training/shuffle.ts'
import { configOf, joined, type TrainData } from '../training/train-network.ts'
import {
  compares,
  labelledLoss,
  namesOf,
  studentPass,
  teacherPass,
  type Drawn,
  type Labelled,
  type Taught,
} from './meta-passes.ts'
import type { MethodSpec } from './method.ts'

/** Share of the newest step in the moving mean of h, as in the authors' code. */
const NEWEST = 0.01

export interface MetaRecipe extends Recipe {
  /** As `spec` has it, or what stands in. */
  readonly optimizer: OptimizerConfig
  readonly schedule: Schedule
  readonly config: unknown
  dispose(): void
}

interface State {
  readonly queries: ShuffleState
  readonly unlabelled: ShuffleState
  readonly optimizer: Readonly<Record<string, number>>
  readonly usual: number
}

/**
 * The steps of Meta Pseudo Labels as a recipe whose variables are the teacher's: the student takes its step while the batch is
 * drawn, and what came of it is an input of the teacher's. h is taken less its moving mean, which is of earlier steps and so
 * leaves the expected gradient what it is.
 */
export function metaRecipe(
  spec: MethodSpec & { readonly rate: number },
  teacherNetwork: Network,
  data: TrainData & { readonly unlabelled: Pictures },
  random: Random,
  onPlain?: (reason: string) => void,
): MetaRecipe {
  const { classes } = data
  const { input, variables } = spec.network
  const student: Trained = spec
  const teacher: Trained = { ...spec, network: teacherNetwork }
  const optimizer = spec.optimizer ?? { kind: 'nesterov', weightDecay: 1e-4 }
  const schedule = spec.schedule ?? { kind: 'step', every: Math.max(1, Math.floor(spec.steps / 3)) }
  const studentOptimizer = createOptimizer(optimizer, variables, onPlain)
  const members = Array.from({ length: classes }, () => [] as number[])
  for (let i = 0; i < data.labels.length; i++) members[data.labels[i]!]!.push(i)
  let queries = createShuffle(data.labels.length, random)
  let unlabelled = createShuffle(picturesOf(data.unlabelled), random)
  let usual = 0

  const names = recorded((x: Labelled) => ({ logP: namesOf(teacher, classes, random, x) }), onPlain)
  const judged = recorded((x: Labelled) => ({ loss: labelledLoss(student, classes, x) }), onPlain)
  const learn = recordedBackward<Tensor>(
    variables,
    (inputs) => studentPass(student, classes, random, inputs as Drawn),
    onPlain,
  )
  const size = input.reduce((product, side) => product * side, 1)
  const tensorOf = (...parts: readonly Float32Array[]): Tensor4D => {
    const values = joined(parts)
    return tf.tensor4d(values, [values.length / size, ...input])
  }
  /** Classes of the unlabelled pictures, drawn as the teacher would name them. */
  const drawnBy = (x: Labelled) => {
    const logP = names(x).logP.dataSync()
    return Float32Array.from({ length: logP.length / classes }, (_, row) =>
      drawnFrom(logP.subarray(row * classes, (row + 1) * classes) as Float32Array, random.next()),
    )
  }

  return {
    ...{ optimizer, schedule, variables: teacherNetwork.variables },
    config: { method: 'meta-pseudo-labels', ...(configOf(spec, data) as object) },
    forward: (inputs: Tensors) => teacherPass(teacher, classes, random, inputs as Taught),
    read: () =>
      new Map([
        ...under('teacher/', teacherNetwork.read()),
        ...under(STUDENT, spec.network.read()),
        ...under('optimizer/', studentOptimizer.state().tensors),
      ]),
    write(stored) {
      teacherNetwork.write(within('teacher/', stored))
      spec.network.write(within(STUDENT, stored))
      const { numbers } = studentOptimizer.state()
      studentOptimizer.restore({ tensors: within('optimizer/', stored), numbers })
    },
    state: (): State => ({
      queries: queries.state(),
      unlabelled: unlabelled.state(),
      optimizer: studentOptimizer.state().numbers,
      usual,
    }),
    restore(saved) {
      const state = saved as State
      queries = createShuffle(data.labels.length, random, state.queries)
      unlabelled = createShuffle(picturesOf(data.unlabelled), random, state.unlabelled)
      studentOptimizer.restore({ ...studentOptimizer.state(), numbers: state.optimizer })
      usual = state.usual
    },
    draw(step, count) {
      const references = members.map((places) => places[random.integer(places.length)]!)
      const asked = queries.take(count)
      const places = unlabelled.take(count)
      const known = batch(data.labelled, [...references, ...asked], spec.augment?.labelled, random)
      const plain = batch(data.unlabelled, places)
      const noisy = batch(data.unlabelled, places, spec.augment?.unlabelled, random)
      const classOf = Float32Array.from(asked, (place) => data.labels[place]!)
      let [drawn, before, after] = [new Float32Array(), 0, 0]
      tf.tidy(() => {
        const labels = tf.tensor1d(classOf)
        const labelled = { x: tensorOf(known), labels }
        drawn = drawnBy({ x: tensorOf(known, plain), labels })
        const shown = compares(student) ? [known.subarray(0, classes * size), noisy] : [noisy]
        const { gradients } = learn({ x: tensorOf(...shown), drawn: tf.tensor1d(drawn) })
        before = judged(labelled).loss.dataSync()[0]!
        studentOptimizer.step(gradients, spec.rate * rateAt(schedule, step, spec.steps))
        after = judged(labelled).loss.dataSync()[0]!
      })
      const h = before - after
      const coefficient = h - usual
      usual += NEWEST * (h - usual)
      return {
        pictures: references.length + asked.length + 2 * places.length,
        inputs: (): Taught => ({
          x: tensorOf(known, plain),
          labels: tf.tensor1d(classOf),
          drawn: tf.tensor1d(drawn),
          coefficient: tf.scalar(coefficient),
        }),
        look: () => ({ report: { labelled: before } }),
      }
    },
    dispose() {
      for (const one of [names, judged, learn, studentOptimizer]) one.dispose()
    },
  }
}

/** The class that a draw of [0, 1) falls on. @param logP c */
function drawnFrom(logP: Float32Array, draw: number): number {
  let sum = 0
  for (let k = 0; k < logP.length - 1; k++) {
    sum += Math.exp(logP[k]!)
    if (draw < sum) return k
  }
  return logP.length - 1
}

const STUDENT = 'student/'

/** The student's part of what the recipe reads. */
export const studentIn = (stored: ReadonlyMap<string, Stored>): Map<string, Stored> => within(STUDENT, stored)

const under = (part: string, tensors: ReadonlyMap<string, Stored>): [string, Stored][] =>
  [...tensors].map(([path, stored]) => [part + path, stored])

const within = (part: string, tensors: ReadonlyMap<string, Stored>): Map<string, Stored> =>
  new Map(
    [...tensors].filter(([path]) => path.startsWith(part)).map(([path, stored]) => [path.slice(part.length), stored]),
  )
