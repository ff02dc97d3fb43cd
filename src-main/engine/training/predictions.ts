import { logDistribution } from '../losses/distance-distribution.ts'
import type { Loss, LossOptions, Parameters } from '../losses/loss.ts'
import { LOSSES, type LossName } from '../losses/table.ts'
import { unitLength } from '../losses/unit-length.ts'
import { tf, type Tensor2D } from '../tf.ts'
import { OF_LOSS, type Network } from './network.ts'

/** A network and what it is trained with. */
export interface Trained {
  readonly network: Network
  /** 'distance-ratio-plain', as in the authors' code. */
  readonly loss?: LossName
  readonly lossOptions?: LossOptions
  /** Embeddings of length 1; as the loss is made for without it. */
  readonly normalised?: boolean
}

export const lossOf = ({ loss = 'distance-ratio-plain' }: Trained): Loss => LOSSES[loss]

/** Makes the loss's own parameters among the network's variables, or finds them there. */
export function lossParameters(spec: Trained, classes: number): Parameters {
  const { network } = spec
  const wanted = lossOf(spec).parameters?.({ dimensions: network.dimensions, classes }) ?? {}
  return Object.fromEntries(
    Object.entries(wanted).map(([name, { shape, start }]) => [
      name,
      network.weight(OF_LOSS + name, shape, start) as unknown as Tensor2D,
    ]),
  )
}

/** What the loss sees of a network's outputs, B × D. */
export function placed(spec: Trained, outputs: Tensor2D): Tensor2D {
  return (spec.normalised ?? lossOf(spec).unit) ? unitLength(outputs) : outputs
}

/**
 * What the trained network takes samples for: by the loss's own scores of the classes, or by the distribution (1) over the references
 * where it has none.
 * @param x B × D, as `placed` gives them
 * @param z c × D, one reference of each class
 * @returns log P, B × c
 */
export function predictions(spec: Trained, x: Tensor2D, z: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const { scores, plain } = lossOf(spec)
    const { lossOptions = {} } = spec
    if (!scores) return logDistribution(x, z, { squared: !plain, scale: lossOptions.scale ?? 1 })
    const parameters = lossParameters(spec, z.shape[0])
    return tf.logSoftmax(scores(x, { references: z, parameters }, lossOptions)) as Tensor2D
  })
}
