import { tf, type Tensor4D } from '../tf.ts'
import { conv, dropout, maxPool } from '../training/layers.ts'
import type { Layers } from '../training/network.ts'

/**
 * What is added to what (He et al., 2016, "Identity mappings in deep residual networks", arXiv:1603.05027, figure 2), with
 * g = σ(1 × 1 convolution of x + b). A highway layer is exclusive gating (Srivastava et al., 2015, arXiv:1505.00387).
 *
 *   identity            x + F
 *   none                F: a plain network
 *   constant-scaling    λ · x + μ · F, both ½ unless told
 *   exclusive-gating    (1 − g) · x + g · F
 *   shortcut-gating     (1 − g) · x + F
 *   convolution         1 × 1 convolution of x + F
 *   dropout             x with half of its values dropped, the others doubled + F
 */
export type Shortcut =
  'identity' | 'none' | 'constant-scaling' | 'exclusive-gating' | 'shortcut-gating' | 'convolution' | 'dropout'

export interface Gate {
  /** Of the gate's window. */
  readonly size?: number
  /** Where its biases start: far below 0 the gate begins nearly shut. */
  readonly bias?: number
}

/** λ of the shortcut and μ of the branch; the table has 0 and 1, which is `none`, ½ and 1, and ½ and ½. */
export type Scaling = readonly [shortcut: number, branch: number]

const HALVES: Scaling = [0.5, 0.5]
const DROPPED = 0.5

/** σ(convolution of x), as many channels as x. */
function gate(l: Layers, path: string, x: Tensor4D, { size = 1, bias = -6 }: Gate): Tensor4D {
  return tf.sigmoid(conv(l, `${path}/gate`, x, { filters: x.shape[3], size, bias }))
}

type Join = (l: Layers, path: string, x: Tensor4D, f: Tensor4D, of: Gate, by: Scaling) => Tensor4D

const identity: Join = (_l, _path, x, f) => tf.add(x, f)

const JOINS: Readonly<Record<Shortcut, Join>> = {
  identity,
  none: (_l, _path, _x, f) => f,
  'constant-scaling': (_l, _path, x, f, _of, [shortcut, branch]) => tf.add(tf.mul(x, shortcut), tf.mul(f, branch)),
  'exclusive-gating': (l, path, x, f, of) => tf.add(x, tf.mul(gate(l, path, x, of), tf.sub(f, x))),
  'shortcut-gating': (l, path, x, f, of) => tf.add(tf.mul(tf.sub(1, gate(l, path, x, of)), x), f),
  // The convolution is what brought x here: see residual.ts.
  convolution: identity,
  dropout: (l, _path, x, f) => tf.add(dropout(l, x, DROPPED), f),
}

/** The residual addition. @param f of the shape of x, but for `none` */
export function joined(
  l: Layers,
  path: string,
  { x, f, shortcut = 'identity', gate: of = {}, scaling = HALVES }: Joined,
): Tensor4D {
  return JOINS[shortcut](l, path, x, f, of, scaling)
}

export interface Joined {
  readonly x: Tensor4D
  readonly f: Tensor4D
  readonly shortcut?: Shortcut
  readonly gate?: Gate
  readonly scaling?: Scaling
}

/** Without a parameter to another size: every stride-th position, and zeros for the channels that are new (He et al., 2015, option A). */
export function padded(x: Tensor4D, filters: number, stride: number): Tensor4D {
  const places = stride === 1 ? x : maxPool(x, 1, stride)
  const more = filters - x.shape[3]
  if (more === 0) return places
  return tf.pad(places, [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, more],
  ])
}
