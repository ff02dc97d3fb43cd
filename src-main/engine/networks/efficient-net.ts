import { tf, type Tensor4D } from '../tf.ts'
import { conv, depthwise, dropPictures, norm, squeezeExcite, swish } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { embed, stemStride, type Embedding } from './blocks.ts'
import { joined } from './shortcuts.ts'

/** Of a network of φ = 0. */
export interface Scale {
  readonly depth: number
  readonly width: number
  readonly side: number
}

export interface EfficientNet extends Embedding {
  /** A scale for all three; or each by itself. */
  readonly phi?: number
  readonly scale?: Partial<Scale>
  /** Share of pictures that skip the last unit's branch in training; it grows from the first unit on. */
  readonly skipped?: number
}

/** α · β² · γ² = 1.92: φ doubles the work (Tan & Le, 2019, arXiv:1905.11946, equation 3). */
const [ALPHA, BETA, GAMMA] = [1.2, 1.1, 1.15]

/** d = α^φ, w = β^φ, r = γ^φ. */
export const compound = (phi: number): Scale => ({ depth: ALPHA ** phi, width: BETA ** phi, side: GAMMA ** phi })

interface Stage {
  readonly filters: number
  readonly size: 3 | 5
  /** How many times wider a unit is in its middle. */
  readonly expand: number
  readonly units: number
  readonly stride: 1 | 2
}

const STAGES: readonly Stage[] = [
  { filters: 12, size: 3, expand: 1, units: 1, stride: 1 },
  { filters: 16, size: 3, expand: 4, units: 2, stride: 2 },
  { filters: 24, size: 5, expand: 4, units: 2, stride: 1 },
  { filters: 40, size: 3, expand: 4, units: 2, stride: 2 },
  { filters: 56, size: 5, expand: 4, units: 2, stride: 1 },
]
const [STEM, HEAD] = [16, 160]

/** The nearest multiple of four, but never less than nine tenths. */
function channels(filters: number, width: number): number {
  const near = Math.max(4, 4 * Math.round((filters * width) / 4))
  return near < 0.9 * filters * width ? near + 4 : near
}

/**
 * EfficientNet for small pictures (Tan & Le, 2019, arXiv:1905.11946): B0's unit and proportions, fewer halvings.
 *
 *   x ─ 1 × 1, 4c ─ BN ─ swish ─ k × k depthwise ─ BN ─ swish ─ squeeze-excite ─ 1 × 1 ─ BN ─ (+ x)
 *
 *   B × 28 × 28 × 1                                  resized by γ^φ
 *   3 × 3, 16                   B × 28 × 28 × 16     at a side of 56 or more with stride 2
 *   1 unit of 12                B × 28 × 28 × 12
 *   2 units of 16, 2 of 24      B × 14 × 14 × 24
 *   2 units of 40, 2 of 56      B × 7 × 7 × 56
 *   1 × 1, 160                  B × 7 × 7 × 160
 *   mean, linear                B × 128
 */
export function efficientNet(options: EfficientNet = {}): Figure {
  const { depth, width, side } = { ...compound(options.phi ?? 0), ...options.scale }
  const wide = (filters: number) => channels(filters, width)
  const stages = STAGES.map((stage) => ({ ...stage, units: Math.ceil(depth * stage.units - 1e-9) }))
  const count = stages.reduce((sum, { units }) => sum + units, 0)
  return (l, x) => {
    const picture = resized(x, side)
    let y = active(l, 'stem', conv(l, 'stem', picture, { filters: wide(STEM), size: 3, stride: stemStride(picture), bias: false })) // prettier-ignore
    let at = 0
    stages.forEach(({ units, stride, ...stage }, number) => {
      for (let i = 0; i < units; i++) {
        const skipped = ((options.skipped ?? 0) * ++at) / count
        const shape = { ...stage, filters: wide(stage.filters), stride: i === 0 ? stride : 1, skipped }
        y = unit(l, `${number + 1}.${i + 1}`, y, shape)
      }
    })
    return embed(l, active(l, 'head', conv(l, 'head', y, { filters: wide(HEAD), size: 1, bias: false })), options)
  }
}

const active = (l: Layers, path: string, x: Tensor4D): Tensor4D => swish(norm(l, `${path}/norm`, x))

interface Unit extends Omit<Stage, 'units'> {
  readonly skipped: number
}

/** MBConv. */
function unit(l: Layers, path: string, x: Tensor4D, { filters, size, expand, stride, skipped }: Unit): Tensor4D {
  const before = x.shape[3]
  const thin = (name: string, y: Tensor4D, to: number) => conv(l, name, y, { filters: to, size: 1, bias: false })
  let f = expand === 1 ? x : active(l, `${path}/expand`, thin(`${path}/expand`, x, expand * before))
  f = active(l, `${path}/depthwise`, depthwise(l, `${path}/depthwise`, f, { size, stride }))
  f = squeezeExcite(l, path, f, Math.max(1, Math.round(before / 4)))
  f = norm(l, `${path}/project/norm`, thin(`${path}/project`, f, filters))
  return stride === 1 && before === filters ? joined(l, path, { x, f: dropPictures(l, f, skipped) }) : f
}

function resized(x: Tensor4D, scale: number): Tensor4D {
  const [, height, width] = x.shape
  const [to, across] = [Math.round(height * scale), Math.round(width * scale)]
  return to === height && across === width ? x : tf.image.resizeBilinear(x, [to, across], false, true)
}
