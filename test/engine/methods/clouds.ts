import type { TrialData } from '../../../src-main/engine/lab/data.ts'
import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { Cancelled, type Control } from '../../../src-main/engine/training/control.ts'
import { dense, dropout } from '../../../src-main/engine/training/layers.ts'
import { createNetwork, type Network } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'

const SIDE = 8
const CLASSES = 3

/**
 * Pictures of 8 × 8: a pattern of its class under noise two and a half times as strong. A few do not show the pattern, all of them
 * together do.
 */
export function clouds(count: number, labelled: number, asked: number, seed: number): TrialData {
  const random = createRandom(seed)
  const pattern = Float32Array.from({ length: CLASSES * SIDE * SIDE }, () => 20 * random.normal())
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES)
  const values = Uint8Array.from({ length: count * SIDE * SIDE }, (_, at) => {
    const label = labels[Math.floor(at / SIDE ** 2)]!
    const value = 128 + pattern[label * SIDE ** 2 + (at % SIDE ** 2)]! + 50 * random.normal()
    return Math.min(255, Math.max(0, value))
  })
  const places = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i)
  return {
    pictures: { values, height: SIDE, width: SIDE, channels: 1 },
    labels,
    classes: CLASSES,
    labelled: places(0, labelled),
    unlabelled: places(labelled, count - asked),
    asked: places(count - asked, count),
  }
}

/** One hidden layer, and dropout of the picture for a noise. */
export const cloudNetwork = (seed: number): Network =>
  createNetwork(
    'cloud',
    (l, x) => {
      const flat = dropout(l, tf.reshape(x, [-1, SIDE ** 2]) as Tensor2D, 0.3) // B × 64
      return tf.relu(dense(l, 'a', flat, 32, { start: 'he' })) as Tensor2D //       B × 32
    },
    [SIDE, SIDE, 1],
    seed,
  )

/** Ends the run after a step, its checkpoint written or not. */
export const cutAfter = (step: number, saved = true): Control => ({
  checkpointDue: () => false,
  tick(report, save) {
    if (report.step !== step) return Promise.resolve()
    if (saved) save?.()
    return Promise.reject(new Cancelled())
  },
})
