import { tf, type Scalar, type Variable } from '../src-main/engine/tf.ts'
import { newestCheckpoint, writeCheckpoint } from '../src-main/engine/training/checkpoint.ts'
import { createControl } from '../src-main/engine/training/control.ts'
import { backward } from '../src-main/engine/training/gradients.ts'
import type { Network, Stored } from '../src-main/engine/training/network.ts'
import { createOptimizer, type OptimizerConfig } from '../src-main/engine/training/optimizers.ts'
import { createRandom, type Random, type RandomState } from '../src-main/engine/training/random.ts'
import { rateAt, type Schedule } from '../src-main/engine/training/schedules.ts'

/** The loss of one step, and its terms for the log. A type, not an interface: tf.tidy gives back only such. */
export type Losses = { readonly loss: Scalar; readonly seen: Readonly<Record<string, Scalar>> }

export interface Stage {
  readonly title: string
  readonly steps: number
  readonly rate: number
  readonly optimizer: OptimizerConfig
  readonly schedule: Schedule
  readonly seed: number
  /** What it trains. Each has a name of its own. */
  readonly networks: readonly Network[]
  /** Pictures and targets of a step, drawn outside the tape. The result is freed. */
  losses(random: Random, step: number): () => Losses
}

const LOGGED_STEPS = 100

interface Numbers {
  readonly random: RandomState
  readonly optimizer: Record<string, number>
  readonly seconds: number
}

/**
 * Trains until the last step, from the newest checkpoint in `folder` when there is one.
 * @returns seconds of training, those before the checkpoint included
 */
export async function train(stage: Stage, folder: string): Promise<number> {
  const { networks, steps, rate, schedule } = stage
  const variables = new Map<string, Variable>(
    networks.flatMap(({ name, variables: own }) => [...own].map(([path, one]) => [`${name}/${path}`, one] as const)),
  )
  const optimizer = createOptimizer(stage.optimizer, variables)
  const found = newestCheckpoint(folder)?.checkpoint
  const numbers = found?.numbers as Numbers | undefined
  const random = createRandom(stage.seed, numbers?.random)
  let done = 0
  if (found && numbers) {
    for (const network of networks) network.write(under(found.tensors, network.name))
    optimizer.restore({ tensors: under(found.tensors, 'optimiser'), numbers: numbers.optimizer })
    done = found.step
  }
  const before = numbers?.seconds ?? 0
  const began = performance.now()
  const seconds = () => before + (performance.now() - began) / 1000
  const save = () =>
    writeCheckpoint(folder, {
      step: done,
      tensors: new Map([
        ...networks.flatMap((network) => over(network.read(), network.name)),
        ...over(optimizer.state().tensors, 'optimiser'),
      ]),
      numbers: { random: random.state(), optimizer: optimizer.state().numbers, seconds: seconds() } satisfies Numbers,
    })
  const control = createControl()
  const sums = new Map<string, number>()
  let counted = 0
  while (done < steps) {
    // Whatever `losses` makes outside the tape goes with the tidy.
    tf.tidy(() => {
      const result = backward<Scalar>(variables, stage.losses(random, done))
      optimizer.step(result.gradients, rate * rateAt(schedule, done, steps))
      const add = (name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value)
      add('loss', result.loss)
      for (const [name, term] of Object.entries(result.seen)) add(name, term.dataSync()[0]!)
      result.dispose()
    })
    done++
    counted++
    await control.tick({ step: done, steps, pictures: 0 }, save)
    if (done % LOGGED_STEPS === 0 || done === steps) {
      const terms = [...sums].map(([name, sum]) => `${name} ${(sum / counted).toFixed(3)}`).join(', ')
      console.error(`${stage.title}: ${done} of ${steps}, ${terms}, ${seconds().toFixed(0)} s`)
      sums.clear()
      counted = 0
    }
  }
  const total = seconds()
  save()
  optimizer.dispose()
  return total
}

function under(tensors: ReadonlyMap<string, Stored>, name: string): Map<string, Stored> {
  const own = [...tensors].filter(([path]) => path.startsWith(`${name}/`))
  return new Map(own.map(([path, stored]) => [path.slice(name.length + 1), stored]))
}

const over = (tensors: ReadonlyMap<string, Stored>, name: string) =>
  [...tensors].map(([path, stored]) => [`${name}/${path}`, stored] as const)
