import type { SelfTest } from '../../contract/types.ts'
import { tf, type Tensor4D } from '../tf.ts'

/**
 * A 3 × 3 convolution at stride 2 of a 5 × 5 × 2 picture of small integers, and the gradients of half its squared sum,
 * worked out by nested loops in float64. Integers this small are exact in every number format a backend may use.
 */
const KNOWN = {
  y: [85, -50, 22, -27, -54, 76, -51, 11],
  dw: [
    -369, 191, 558, -399, -7, -298, -609, 498, 564, -369, 556, -409, -605, 518, 564, -369, 560, -389, -603, 528, -607,
    508, 562, -379, 556, -409, -607, 508, -369, 191, 558, -399, -7, -298, -609, 498,
  ],
  dx: [
    -305, 220, 150, -270, 162, 256, 81, -98, 66, 76, -235, -305, 220, 150, -373, 162, 71, 81, -98, 66, 423, -419, -533,
    480, 228, -692, -126, 195, -72, -171, 282, 238, -184, -228, 344, 2, -113, -33, 124, -153, -206, 282, 238, -184,
    -301, 344, 164, -113, -33, 124,
  ],
} as const

const x = () =>
  Array.from({ length: 50 }, (_, i) => ((3 * Math.floor(i / 10) + 5 * (Math.floor(i / 2) % 5) + 7 * (i % 2)) % 11) - 5)
const w = () =>
  Array.from(
    { length: 36 },
    (_, i) =>
      ((2 * Math.floor(i / 12) + 3 * (Math.floor(i / 4) % 3) + 5 * (Math.floor(i / 2) % 2) + 4 * (i % 2)) % 7) - 3,
  )

function worst(actual: ArrayLike<number>, known: readonly number[]): number {
  if (actual.length !== known.length) return Infinity
  return known.reduce((most, value, i) => {
    const off = Math.abs((actual[i] ?? NaN) - value)
    return off <= most ? most : Number.isNaN(off) ? Infinity : off
  }, 0)
}

/** One convolution and its gradient on the backend that is set, against known numbers. Never throws. */
export async function selfTest(): Promise<SelfTest> {
  const start = performance.now()
  const done = (passed: boolean, detail: string): SelfTest => ({ passed, ms: performance.now() - start, detail })
  const before = tf.memory().numTensors
  // What a failing kernel leaves behind goes too.
  tf.engine().startScope()
  try {
    const picture = tf.tensor4d(x(), [1, 5, 5, 2])
    const filter = tf.tensor4d(w(), [3, 3, 2, 2])
    const output = tf.conv2d(picture, filter, 2, 'valid')
    const loss = (p: Tensor4D, f: Tensor4D) => tf.conv2d(p, f, 2, 'valid').square().sum().mul(0.5)
    const [dx, dw] = tf.grads(loss as Parameters<typeof tf.grads>[0])([picture, filter])
    const off = [
      worst(await output.data(), KNOWN.y),
      worst(await dw!.data(), KNOWN.dw),
      worst(await dx!.data(), KNOWN.dx),
    ]
    tf.dispose([picture, filter, output, dx!, dw!])
    const parts = ['convolution', 'gradient by the filter', 'gradient by the picture'].filter((_, i) => off[i]! > 0.5)
    if (parts.length > 0) return done(false, `Wrong numbers: ${parts.join(', ')}.`)
    if (tf.memory().numTensors !== before) return done(false, 'The backend keeps tensors that are disposed of.')
    return done(true, 'A convolution and its two gradients equal the known numbers.')
  } catch (error) {
    return done(false, error instanceof Error ? error.message : String(error))
  } finally {
    tf.engine().endScope()
  }
}
