import { compiled } from './backends/session.ts'
import { tf, type Tensor2D, type Tensor4D } from './tf.ts'
import type { NetworkManifest, Parameters } from './weights.ts'

type Network = (p: Parameters, x: Tensor4D) => Tensor2D

/** Embeds pictures of the network's input size. @returns D values a picture, of unit length */
export type Embed = (pictures: readonly Uint8Array[]) => Float32Array[]

/** Pictures at once: more gain nothing on a CPU and cost memory. */
const BATCH = 4

/** Each picture and its mirror go through the network; their outputs are added and normalised to unit length (L2). */
export function embedder(network: Network, p: Parameters, { input, normalisation }: NetworkManifest): Embed {
  const shape = [input.height, input.width, 3] as const
  const values = shape[0] * shape[1] * shape[2]
  const sample = tf.zeros([2, ...shape]) as Tensor4D
  const forward = compiled((x) => [network(p, x)], sample)
  sample.dispose()
  const run = (pictures: readonly Uint8Array[]) => {
    const bytes = new Uint8Array(pictures.length * values)
    pictures.forEach((picture, i) => bytes.set(picture, i * values))
    return tf.tidy(() => {
      const raw = tf.cast(tf.tensor4d(bytes, [pictures.length, ...shape], 'int32'), 'float32')
      const x = tf.mul(tf.sub(raw, normalisation.mean), normalisation.scale) as Tensor4D //        B × H × W × 3
      const pairs = tf.reshape(tf.stack([x, tf.reverse(x, 2)], 1), [-1, ...shape]) as Tensor4D //  2B × H × W × 3
      const [out] = forward(pairs) //                                                              2B × D
      return tf.sum(tf.reshape(out!, [pictures.length, 2, -1]), 1).dataSync() as Float32Array //    B × D
    })
  }
  return (pictures) => {
    const embeddings: Float32Array[] = []
    for (let at = 0; at < pictures.length; at += BATCH) {
      const some = pictures.slice(at, at + BATCH)
      const out = run(some)
      const dimensions = out.length / some.length
      some.forEach((_, i) => embeddings.push(unit(out.slice(i * dimensions, (i + 1) * dimensions))))
    }
    return embeddings
  }
}

/** A vector scaled to unit length. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
