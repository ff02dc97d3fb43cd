import type { Tensors } from '../backends/trace.ts'
import { tf, type Scalar, type Tensor } from '../tf.ts'
import type { Gradients, Variables } from './optimizers.ts'
import { recorded } from './recorded.ts'

/** What a forward pass gives: the loss, and tensors that are looked at afterwards. */
export interface Forward<T extends Tensor> {
  readonly loss: Scalar
  readonly seen: Readonly<Record<string, T>>
}

export interface Backward<T extends Tensor> {
  readonly loss: number
  /** ‖∂loss/∂θ‖ over all variables; NaN or Infinity when one of them is. */
  readonly norm: number
  readonly gradients: Gradients
  readonly seen: Readonly<Record<string, T>>
  dispose(): void
}

/**
 * The loss and its gradient by each variable, by the variable's path. A variable that the loss does not hang on has none.
 * @param forward runs once, on the tape; every tensor but the returned ones is freed
 */
export function backward<T extends Tensor>(variables: Variables, forward: () => Forward<T>): Backward<T> {
  return read(pass(variables, forward))
}

export interface RecordedBackward<T extends Tensor> {
  (inputs: Tensors): Backward<T>
  dispose(): void
}

/**
 * The same for a forward pass that is run again and again: as one graph where `recorded` can make it one.
 * @param forward of this step's tensors by name, of variables and of `drawn`, and of nothing else that changes from step to step
 * @param onPlain told why, when it runs operation by operation instead
 */
export function recordedBackward<T extends Tensor>(
  variables: Variables,
  forward: (inputs: Tensors) => Forward<T>,
  onPlain?: (reason: string) => void,
): RecordedBackward<T> {
  const step = recorded((inputs: Tensors) => pass(variables, () => forward(inputs)), onPlain)
  return Object.assign((inputs: Tensors) => read<T>(step(inputs)), { dispose: () => step.dispose() })
}

const [LOSS, SQUARES, GRADIENT, SEEN] = ['loss', 'squares', 'gradient/', 'seen/']

/** Loss, Σ g² over all values of all gradients, the gradients, and what is seen, each under its name. */
function pass<T extends Tensor>(variables: Variables, forward: () => Forward<T>): Tensors {
  let seen: Readonly<Record<string, T>> = {}
  const run = () => {
    const result = forward()
    seen = result.seen
    for (const tensor of Object.values(seen)) tf.keep(tensor)
    return result.loss
  }
  try {
    const { value, grads } = tf.variableGrads(run, [...variables.values()])
    const gradients = [...variables].flatMap(([path, { name }]) => (grads[name] ? [[path, grads[name]] as const] : []))
    return {
      [LOSS]: value,
      ...(gradients.length > 0 && { [SQUARES]: squares(gradients.map(([, gradient]) => gradient)) }),
      ...Object.fromEntries(gradients.map(([path, gradient]) => [GRADIENT + path, gradient])),
      // Copies are freed with all else; what is kept is not.
      ...Object.fromEntries(Object.entries(seen).map(([name, tensor]) => [SEEN + name, tf.clone(tensor)])),
    }
  } finally {
    // Also when memory ran out in the middle: it has to be free for the smaller batch.
    tf.dispose(Object.values(seen))
  }
}

function read<T extends Tensor>(tensors: Tensors): Backward<T> {
  const under = (prefix: string) =>
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    )
  const sum = tensors[SQUARES]
  return {
    loss: tensors[LOSS]!.dataSync()[0]!,
    norm: sum ? Math.sqrt(sum.dataSync()[0]!) : 0,
    gradients: new Map(under(GRADIENT)),
    seen: Object.fromEntries(under(SEEN)) as Record<string, T>,
    dispose: () => tf.dispose(Object.values(tensors)),
  }
}

const squares = (tensors: readonly Tensor[]): Tensor =>
  tf.tidy(() => tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)))))
