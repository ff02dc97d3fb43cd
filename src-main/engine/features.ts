import { compiled } from './backends/session.ts'
import { tf, type Tensor2D, type Tensor4D } from './tf.ts'
import type { NetworkManifest, Parameters } from './weights.ts'

type Network = (p: Parameters, x: Tensor4D) => Tensor2D

/** RGB values 0…255 of the network's input size, row by row. */
export type Crop = Uint8Array | Float32Array

/** Two crops of the same thing to what the network gives for each: D values, not normalised. */
export type Features = (pairs: readonly (readonly [Crop, Crop])[]) => (readonly [Float32Array, Float32Array])[]

/** Features that hold a network's memory until it is given back. */
export type OwnFeatures = Features & { dispose(): void }

/** Pairs at once: more gain nothing on a CPU and cost memory. */
const BATCH = 4

/** Every profile looks at a thing twice, so pairs of crops are what runs through a network. */
export function features(network: Network, p: Parameters, { input, normalisation }: NetworkManifest): OwnFeatures {
  const shape = [input.height, input.width, 3] as const
  const values = shape[0] * shape[1] * shape[2]
  const forward = compiled((x) => [network(p, x)], [2, ...shape])

  const run = (crops: readonly Crop[]) => {
    const raw = new Float32Array(crops.length * values)
    crops.forEach((crop, i) => raw.set(crop, i * values))
    return tf.tidy(() => {
      const x = tf.tensor4d(raw, [crops.length, ...shape]) //                                      2B × H × W × 3
      const [output] = forward(tf.mul(tf.sub(x, normalisation.mean), normalisation.scale) as Tensor4D)
      return output!.dataSync() as Float32Array //                                                 2B × D
    })
  }
  const all: Features = (pairs) => {
    const found: (readonly [Float32Array, Float32Array])[] = []
    for (let at = 0; at < pairs.length; at += BATCH) {
      const some = pairs.slice(at, at + BATCH)
      const out = run(some.flat())
      const d = out.length / some.length / 2
      some.forEach((_, i) =>
        found.push([out.slice(2 * i * d, (2 * i + 1) * d), out.slice((2 * i + 1) * d, (2 * i + 2) * d)]),
      )
    }
    return found
  }
  return Object.assign(all, {
    dispose() {
      forward.dispose()
      p.dispose?.()
    },
  })
}

/** The network's output for each crop by itself. */
export function inPairs(crops: readonly Crop[], features: Features): Float32Array[] {
  const pairs: (readonly [Crop, Crop])[] = []
  for (let i = 0; i < crops.length; i += 2) pairs.push([crops[i]!, crops[i + 1] ?? crops[i]!])
  return features(pairs).flat().slice(0, crops.length)
}

/** Vectors of equal length as one table. */
export function rowByRow(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0
  const table = new Float32Array(rows.length * width)
  rows.forEach((row, i) => table.set(row, i * width))
  return table
}

/** A vector scaled to unit length; one of zeros stays. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length > 0 ? vector.map((value) => value / length) : vector
}

export function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]!)
}

/** A square crop with its columns reversed. */
export function mirrored<C extends Crop>(crop: C, side: number): C {
  const out = crop.slice() as C
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let k = 0; k < 3; k++) out[(y * side + x) * 3 + k] = crop[(y * side + side - 1 - x) * 3 + k]!
  return out
}
