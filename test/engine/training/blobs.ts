import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import type { Pictures } from '../../../src-main/engine/training/augment.ts'
import { conv, dropout, globalMean, maxPool, norm } from '../../../src-main/engine/training/layers.ts'
import { createNetwork, type Network } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import type { TrainData, TrainSpec } from '../../../src-main/engine/training/train-network.ts'

const SIDE = 8
const CLASSES = 3

/** Pictures of 8 × 8: a bright bar, upright, lying or aslant, and noise. */
export function bars(count: number, seed: number): { pictures: Pictures; labels: Int32Array } {
  const random = createRandom(seed)
  const values = new Uint8Array(count * SIDE * SIDE)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const label = (labels[i] = i % CLASSES)
    const at = 2 + random.integer(4)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const bright = label === 0 ? x === at : label === 1 ? y === at : Math.abs(x - y) < 1
        values[(i * SIDE + y) * SIDE + x] = (bright ? 200 : 20) + random.integer(40)
      }
  }
  return { pictures: { values, height: SIDE, width: SIDE, channels: 1 }, labels }
}

export function barsData(): TrainData {
  const { pictures, labels } = bars(12, 1)
  return { labelled: pictures, labels, classes: CLASSES, unlabelled: bars(60, 2).pictures }
}

/** Every kind of layer that has a state or draws random numbers. */
export function tinyNetwork(seed: number): Network {
  return createNetwork(
    'tiny',
    (l, x) => {
      let y = maxPool(norm(l, 'a', tf.relu(conv(l, 'a', x, { filters: 6, size: 3 }))), 2) // B × 4 × 4 × 6
      y = dropout(l, y, 0.2)
      y = norm(l, 'b', tf.relu(conv(l, 'b', y, { filters: 8, size: 3 }))) //                 B × 4 × 4 × 8
      return globalMean(y) as Tensor2D //                                                    B × 8
    },
    [SIDE, SIDE, 1],
    seed,
  )
}

/** A run of a second that uses everything that a checkpoint must hold. */
export function tinySpec(network: Network, seed: number): TrainSpec {
  return {
    network,
    seed,
    steps: 24,
    batch: 8,
    optimizer: { kind: 'adam', weightDecay: 0.01 },
    rate: 0.01,
    schedule: { kind: 'cosine', warmUp: 4 },
    augment: {
      labelled: { shift: 1 },
      unlabelled: { shift: 1, rotation: 0.1, elastic: { spacing: 4, strength: 0.3 } },
    },
    average: 0.9,
  }
}
