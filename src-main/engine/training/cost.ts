import { tf, type Tensor4D } from '../tf.ts'
import type { Network } from './network.ts'

export interface Cost {
  /** Numbers that gradients change. */
  readonly parameters: number
  /** Multiplications with an addition that one picture takes, in convolutions and matrix products. */
  readonly macs: number
}

/** Counted from the shapes of the operations of one forward pass. */
export async function costOf({ input, variables, forward }: Network): Promise<Cost> {
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => void forward(tf.zeros([1, ...input]) as Tensor4D, { training: false })),
  )
  return {
    parameters: [...variables.values()].reduce((sum, { size }) => sum + size, 0),
    macs: kernels.reduce((sum, { name, inputShapes, outputShapes }) => {
      const [size, second] = [product(outputShapes[0] ?? []), inputShapes[1] ?? []]
      if (name === 'Conv2D') return sum + size * product(second.slice(0, 3))
      if (name === 'DepthwiseConv2dNative') return sum + size * product(second.slice(0, 2))
      // Ours is never transposed: x · W.
      return name === 'BatchMatMul' ? sum + size * second.at(-2)! : sum
    }, 0),
  }
}

const product = (sides: readonly number[]): number => sides.reduce((a, b) => a * b, 1)
