import { tf, type Tensor, type Variable } from '../tf.ts'
import { assign, readTensor, type Stored } from './network.ts'

export type Variables = ReadonlyMap<string, Variable>
/** The gradient of each variable that has one, by the variable's path. */
export type Gradients = ReadonlyMap<string, Tensor>

/** All that an optimiser must have again to go on: its moving averages and numbers such as Adam's accumulated β. */
export interface OptimizerState {
  readonly tensors: ReadonlyMap<string, Stored>
  readonly numbers: Readonly<Record<string, number>>
}

export interface Optimizer {
  /** Changes the variables once. */
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

export function createOptimizer(config: OptimizerConfig, variables: Variables): Optimizer {
  return config.kind === 'nesterov' ? nesterov(variables, config) : adam(variables, config)
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
): Optimizer {
  const velocity = slots(variables, 'v')
  return {
    step(gradients, rate) {
      tf.tidy(() => {
        for (const [path, gradient] of gradients) {
          const variable = variables.get(path)!
          const v = velocity.get(`v/${path}`)!
          const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay))
          v.assign(tf.add(tf.mul(v, momentum), g))
          variable.assign(tf.sub(variable, tf.mul(tf.add(g, tf.mul(v, momentum)), rate)))
        }
      })
    },
    state: () => ({ tensors: readSlots(velocity), numbers: {} }),
    restore: ({ tensors }) => restoreSlots(velocity, tensors),
    dispose: () => tf.dispose([...velocity.values()]),
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
): Optimizer {
  const first = slots(variables, 'm')
  const second = slots(variables, 'v')
  const all = new Map([...first, ...second])
  let [accBeta1, accBeta2] = [1, 1]
  return {
    step(gradients, rate) {
      accBeta1 *= beta1
      accBeta2 *= beta2
      const scale = rate / (1 - accBeta1)
      tf.tidy(() => {
        for (const [path, gradient] of gradients) {
          const variable = variables.get(path)!
          const m = first.get(`m/${path}`)!
          const v = second.get(`v/${path}`)!
          m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)))
          v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)))
          const change = tf.div(tf.mul(m, scale), tf.add(tf.sqrt(tf.div(v, 1 - accBeta2)), epsilon))
          const decayed = weightDecay === 0 ? variable : tf.mul(variable, 1 - rate * weightDecay)
          variable.assign(tf.sub(decayed, change))
        }
      })
    },
    state: () => ({ tensors: readSlots(all), numbers: { accBeta1, accBeta2 } }),
    restore({ tensors, numbers }) {
      restoreSlots(all, tensors)
      accBeta1 = numbers['accBeta1']!
      accBeta2 = numbers['accBeta2']!
    },
    dispose: () => tf.dispose([...all.values()]),
  }
}
