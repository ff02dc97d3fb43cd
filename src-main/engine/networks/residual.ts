import { tf, type Tensor4D } from '../tf.ts'
import { conv, dropPictures, groupNorm, norm } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { embed, stemStride, type Embedding } from './blocks.ts'
import { joined, padded, type Gate, type Scaling, type Shortcut } from './shortcuts.ts'

type Step = 'norm' | 'relu'

/** Where normalisation and ReLU stand in a unit. */
interface Order {
  /** Ahead of each convolution of the branch. */
  readonly before: readonly Step[]
  /** After each but the last. */
  readonly between: readonly Step[]
  readonly last: readonly Step[]
  /** After the addition. */
  readonly sum: readonly Step[]
  /** After the network's first convolution, after its last unit, and after a convolution on a shortcut. */
  readonly stem: readonly Step[]
  readonly end: readonly Step[]
  readonly shortcut: readonly Step[]
}

const post = { before: [], between: ['norm', 'relu'], stem: ['norm', 'relu'], end: [], shortcut: ['norm'] } as const

/** Figure 4 of He et al. (2016), a to e. In d and e the first unit's shortcut takes what the first convolution gives; the paper's takes it activated. */
const ORDERS = {
  original: { ...post, last: ['norm'], sum: ['relu'] },
  'norm-after-addition': { ...post, last: [], sum: ['norm', 'relu'] },
  'relu-before-addition': { ...post, last: ['norm', 'relu'], sum: [] },
  'relu-only-pre-activation': {
    ...{ before: ['relu'], between: ['norm'], last: ['norm'], sum: [] },
    ...{ stem: ['norm'], end: ['relu'], shortcut: ['norm'] },
  },
  'full-pre-activation': {
    ...{ before: ['norm', 'relu'], between: [], last: [], sum: [] },
    ...{ stem: [], end: ['norm', 'relu'], shortcut: [] },
  },
} as const satisfies Readonly<Record<string, Order>>

export type ActivationOrder = keyof typeof ORDERS

export interface Residual extends Embedding {
  /** Units of each stage; every stage but the first halves the sides. */
  readonly units?: readonly number[]
  /** Channels of each stage. */
  readonly widths?: readonly number[]
  readonly order?: ActivationOrder
  /** 3 × 3 and 3 × 3, or 1 × 1 to a quarter of the channels, 3 × 3, 1 × 1 back. */
  readonly bottleneck?: boolean
  readonly shortcut?: Shortcut
  readonly gate?: Gate
  /** Of constant scaling. */
  readonly scaling?: Scaling
  /** How x is brought to another size: zeros for new channels, or a 1 × 1 convolution. */
  readonly change?: 'pad' | 'projection'
  /** Group norm goes with standardised kernels, as in BiT. */
  readonly normalisation?: 'batch' | 'group'
  /** Share of pictures whose last unit is only its shortcut in training; it grows from the first unit on (Huang et al., 2016, arXiv:1603.09382, who draw for each batch). */
  readonly skipped?: number
}

const GROUPS = 4

/**
 * Residual networks for small pictures (He et al., 2015, arXiv:1512.03385, section 4.2; 2016, arXiv:1603.05027). A unit in
 * its original order:
 *
 *        x ──────── shortcut ────────┐
 *        └─ conv ─ BN ─ ReLU ─ conv ─ BN ─ (+) ─ ReLU
 *
 *   B × 28 × 28 × 1
 *   3 × 3 convolution, 16        B × 28 × 28 × 16    at a side of 56 or more with stride 2
 *   2 units of 16                B × 28 × 28 × 16
 *   2 units of 32, first /2      B × 14 × 14 × 32
 *   2 units of 64, first /2      B × 7 × 7 × 64
 *   mean, linear                 B × 128
 */
export function residual(options: Residual = {}): Figure {
  const { units = [2, 2, 2], widths = [16, 32, 64], normalisation = 'batch', skipped = 0 } = options
  const { shortcut = 'identity', change = 'pad', bottleneck = false, gate = {}, scaling } = options
  const order: Order = ORDERS[options.order ?? 'original']
  const standardised = normalisation === 'group'
  const count = units.reduce((sum, n) => sum + n, 0)

  const steps = (l: Layers, path: string, x: Tensor4D, list: readonly Step[]) =>
    list.reduce((y, step) => (step === 'relu' ? tf.relu(y) : normalised(l, path, y)), x)
  const normalised = (l: Layers, path: string, x: Tensor4D) =>
    normalisation === 'group' ? groupNorm(l, path, x, GROUPS) : norm(l, path, x)

  /** x in the size of the unit's output. A convolution sees what the branch sees: of x itself each would enlarge all that came before. */
  const brought = (l: Layers, path: string, x: Tensor4D, entered: Tensor4D, { filters, stride }: Unit) => {
    const same = stride === 1 && filters === x.shape[3]
    if (shortcut === 'none' || (same && shortcut !== 'convolution')) return x
    if (shortcut !== 'convolution' && change === 'pad') return padded(x, filters, stride)
    const projected = conv(l, path, entered, { filters, size: 1, stride, bias: false, standardised })
    return steps(l, `${path}/norm`, projected, order.shortcut)
  }

  const unit = (l: Layers, path: string, x: Tensor4D, shape: Unit) => {
    const { filters, stride, drop } = shape
    const few = filters / 4
    const convolutions = bottleneck
      ? [
          { filters: few, size: 1 },
          { filters: few, size: 3, stride },
          { filters, size: 1 },
        ]
      : [
          { filters, size: 3, stride },
          { filters, size: 3 },
        ]
    const entered = steps(l, `${path}/1/norm`, x, order.before)
    let f = entered
    convolutions.forEach((layer, i) => {
      const own = `${path}/${i + 1}`
      if (i > 0) f = steps(l, `${own}/norm`, f, order.before)
      f = conv(l, own, f, { ...layer, bias: false, standardised })
      f = steps(l, `${own}/norm`, f, i === convolutions.length - 1 ? order.last : order.between)
    })
    const sum = joined(l, path, {
      x: brought(l, `${path}/shortcut`, x, entered, shape),
      f: dropPictures(l, f, drop),
      ...{ shortcut, gate, ...(scaling && { scaling }) },
    })
    return steps(l, `${path}/norm`, sum, order.sum)
  }

  return (l, x) => {
    const stem = { filters: 16, size: 3, stride: stemStride(x), bias: false, standardised }
    let y = steps(l, 'stem/norm', conv(l, 'stem', x, stem), order.stem)
    let at = 0
    units.forEach((n, stage) => {
      for (let i = 0; i < n; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1
        const drop = (skipped * ++at) / count
        y = unit(l, `${stage + 1}.${i + 1}`, y, { filters: widths[stage]!, stride, drop })
      }
    })
    return embed(l, steps(l, 'end/norm', y, order.end), options)
  }
}

interface Unit {
  readonly filters: number
  readonly stride: number
  /** Share of pictures that skip it. */
  readonly drop: number
}
