import { AppError } from '../../contract/errors.ts'
import type { Backbone } from '../backbone.ts'
import { compiled } from '../backends/session.ts'
import type { Crop } from '../features.ts'
import { tf, type Tensor, type Tensor2D, type Tensor4D, type Variable } from '../tf.ts'
import type { Parameters } from '../weights.ts'

/** A backbone cut in two: blocks that stay as they are, and behind them those that learn. */
export interface Cut {
  /** Blocks behind the cut. */
  readonly blocks: number
  /** Height, width and channels of what goes through the cut. */
  readonly shape: readonly [number, number, number]
  /** Weights of the blocks behind the cut, by name, as they are shipped. Variables, so that a step can be recorded as a graph. */
  readonly start: ReadonlyMap<string, Variable>
  /** 1 × shape: what one crop is at the cut. */
  before(crop: Crop): Tensor4D
  /** B × shape to B × D. Weights that `p` does not change it takes from `start`. */
  after(p: Parameters, x: Tensor4D): Tensor2D
  dispose(): void
}

/**
 * @param blocks counted from the end; 'all' cuts before the first
 * @throws AppError wrong-use for more blocks than there are
 */
export function cutBackbone({ network, weights, manifest, side, name }: Backbone, blocks: number | 'all'): Cut {
  const all = network.blocks
  const count = blocks === 'all' ? all.length : blocks
  if (!Number.isInteger(count) || count < 1 || count > all.length)
    throw new AppError('wrong-use', `The network ${name} has ${all.length} blocks; ${String(blocks)} cannot learn.`)
  const frozen = all.slice(0, all.length - count)
  const learning = { blocks: all.slice(all.length - count), output: network.output }
  const tensors = new Map([...weights].map(([path, { shape, values }]) => [path, tf.tensor(values, [...shape])]))
  const shipped: Parameters = (path) => tensors.get(path) as Variable
  const through = (p: Parameters, part: typeof all, x: Tensor4D) => part.reduce((y, block) => block.run(p, y), x)

  const input = [1, side, side, 3] as const
  const forward = compiled((x) => [through(shipped, frozen, x)], input)
  const before = (crop: Crop) =>
    tf.tidy(() => {
      const { mean, scale } = manifest.normalisation
      const pixels = tf.tensor4d(Float32Array.from(crop), [...input])
      const x = tf.mul(tf.sub(pixels, mean), scale) as Tensor4D
      return frozen.length === 0 ? x : (forward(x)[0] as Tensor4D)
    })
  const after = (p: Parameters, x: Tensor4D) => tf.tidy(() => learning.output(through(p, learning.blocks, x)))

  // What the blocks ask for is what they are made of.
  const asked = new Set<string>()
  const shape = tf.tidy(() => {
    const x = before(new Float32Array(side * side * 3))
    after((path) => {
      asked.add(path)
      return shipped(path)
    }, x)
    return x.shape.slice(1) as [number, number, number]
  })
  const start = new Map([...asked].map((path) => [path, tf.variable(tensors.get(path)!, false)]))
  return {
    blocks: count,
    shape,
    start,
    before,
    after,
    dispose() {
      forward.dispose()
      tf.dispose([...tensors.values(), ...start.values()])
    },
  }
}

/** Parameters out of tensors. */
export const parametersOf =
  (tensors: ReadonlyMap<string, Tensor>): Parameters =>
  (path) =>
    tensors.get(path) as Variable
