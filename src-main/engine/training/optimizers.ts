import type { Tensors } from '../backends/trace.ts'
import { tf, type Tensor, type Variable } from '../tf.ts'
import { assign, readTensor, type Stored } from './network.ts'
import { recorded } from './recorded.ts'

export type Variables = ReadonlyMap<string, Variable>
/** The gradient of each variable that has one, by the variable's path. */
export type Gradients = ReadonlyMap<string, Tensor>

/** All that an optimiser must have again to go on: its moving averages and numbers such as Adam's accumulated β. */
export interface OptimizerState {
  readonly tensors: ReadonlyMap<string, Stored>
  readonly numbers: Readonly<Record<string, number>>
}

export interface Optimizer {
  /** Changes the variables that have a gradient once. */
  step(gradients: Gradients, rate: number): void
  state(): OptimizerState
  /** @throws Error when the state is of other variables */
  restore(state: OptimizerState): void
  dispose(): void
}

/** Plain data, so that a checkpoint and a model's report hold it. */
export type OptimizerConfig =
  | { readonly kind: 'nesterov'; readonly momentum?: number; readonly weightDecay?: number }
  | {
      readonly kind: 'adam'
      readonly beta1?: number
      readonly beta2?: number
      readonly epsilon?: number
      readonly weightDecay?: number
    }

/** @param onPlain told why, when a step runs operation by operation where it could be one graph */
export function createOptimizer(config: OptimizerConfig, variables: Variables, onPlain?: OnPlain): Optimizer {
  return config.kind === 'nesterov' ? nesterov(variables, config, onPlain) : adam(variables, config, onPlain)
}

type OnPlain = (reason: string) => void

/** What one step makes of one variable, by its gradient and the numbers of the step. */
type Change<N extends string> = (
  path: string,
  variable: Variable,
  gradient: Tensor,
  numbers: Readonly<Record<N, Tensor>>,
) => void

/** Steps as one graph. The numbers are inputs of it, so that a rate may change. */
function recordedStep<N extends string>(
  variables: Variables,
  names: readonly N[],
  change: Change<N>,
  onPlain: OnPlain | undefined,
) {
  const run = recorded((inputs: Tensors) => {
    const numbers = Object.fromEntries(names.map((name) => [name, inputs[name]!])) as Record<N, Tensor>
    for (const [path, variable] of variables) {
      const gradient = inputs[`gradient/${path}`]
      if (gradient) change(path, variable, gradient, numbers)
    }
    return {}
  }, onPlain)
  const step = (gradients: Gradients, numbers: Readonly<Record<N, number>>): void =>
    tf.tidy(() => {
      const scalars = names.map((name) => [name, tf.scalar(numbers[name])] as const)
      const tensors = [...gradients].map(([path, gradient]) => [`gradient/${path}`, gradient] as const)
      run(Object.fromEntries([...scalars, ...tensors]))
    })
  return { step, dispose: () => run.dispose() }
}

/** Zeros beside each variable, by `<name>/<path>`. */
function slots(variables: Variables, name: string): Map<string, Variable> {
  return new Map(
    [...variables].map(([path, { shape }]) => {
      const zeros = tf.zeros(shape)
      const slot = tf.variable(zeros, false)
      zeros.dispose()
      return [`${name}/${path}`, slot]
    }),
  )
}

function restoreSlots(all: Variables, tensors: OptimizerState['tensors']): void {
  for (const [path, slot] of all) assign(slot, tensors.get(path), `optimiser: ${path}`)
}

const readSlots = (all: Variables) => new Map([...all].map(([path, slot]) => [path, readTensor(slot)]))

/**
 * Stochastic gradient descent with Nesterov momentum, as in PyTorch and Torch 7 (Sutskever et al., 2013):
 *
 *   g ← g + λθ,   v ← μv + g,   θ ← θ − rate · (g + μv)
 */
export function nesterov(
  variables: Variables,
  { momentum = 0.9, weightDecay = 0 }: { readonly momentum?: number; readonly weightDecay?: number } = {},
  onPlain?: OnPlain,
): Optimizer {
  const velocity = slots(variables, 'v')
  const change: Change<'rate'> = (path, variable, gradient, { rate }) => {
    const v = velocity.get(`v/${path}`)!
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay))
    v.assign(tf.add(tf.mul(v, momentum), g))
    variable.assign(tf.sub(variable, tf.mul(tf.add(g, tf.mul(v, momentum)), rate)))
  }
  const { step, dispose } = recordedStep(variables, ['rate'], change, onPlain)
  return {
    step: (gradients, rate) => step(gradients, { rate }),
    state: () => ({ tensors: readSlots(velocity), numbers: {} }),
    restore: ({ tensors }) => restoreSlots(velocity, tensors),
    dispose() {
      dispose()
      tf.dispose([...velocity.values()])
    },
  }
}

/**
 * Adam (Kingma & Ba, 2015, arXiv:1412.6980) with decoupled weight decay (AdamW; Loshchilov & Hutter, 2019, arXiv:1711.05101):
 *
 *   m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *   θ ← θ − rate · λθ − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 */
export function adam(
  variables: Variables,
  {
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
  }: {
    readonly beta1?: number
    readonly beta2?: number
    readonly epsilon?: number
    readonly weightDecay?: number
  } = {},
  onPlain?: OnPlain,
): Optimizer {
  const first = slots(variables, 'm')
  const second = slots(variables, 'v')
  const all = new Map([...first, ...second])
  let [accBeta1, accBeta2] = [1, 1]
  const change: Change<'scale' | 'left' | 'kept'> = (path, variable, gradient, { scale, left, kept }) => {
    const m = first.get(`m/${path}`)!
    const v = second.get(`v/${path}`)!
    m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)))
    v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)))
    const moved = tf.div(tf.mul(m, scale), tf.add(tf.sqrt(tf.div(v, left)), epsilon))
    variable.assign(tf.sub(weightDecay === 0 ? variable : tf.mul(variable, kept), moved))
  }
  const { step, dispose } = recordedStep(variables, ['scale', 'left', 'kept'], change, onPlain)
  return {
    step(gradients, rate) {
      accBeta1 *= beta1
      accBeta2 *= beta2
      step(gradients, { scale: rate / (1 - accBeta1), left: 1 - accBeta2, kept: 1 - rate * weightDecay })
    },
    state: () => ({ tensors: readSlots(all), numbers: { accBeta1, accBeta2 } }),
    restore({ tensors, numbers }) {
      restoreSlots(all, tensors)
      accBeta1 = numbers['accBeta1']!
      accBeta2 = numbers['accBeta2']!
    },
    dispose() {
      dispose()
      tf.dispose([...all.values()])
    },
  }
}
