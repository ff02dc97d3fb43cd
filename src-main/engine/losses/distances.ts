import { tf, type Tensor, type Tensor2D } from '../tf.ts'

/**
 *   d(x, z) = √ Σ_k (x_k − z_k)²          ∂d/∂x = (x − z) / d,  0 where d = 0
 *   d²(x, z) = Σ_k (x_k − z_k)²           ∂d²/∂x = 2 (x − z)
 *
 * The differences are taken before they are squared: ‖x‖² + ‖z‖² − 2⟨x, z⟩ loses every digit of a distance that is small
 * beside the vectors. At distance 0 the plain distance has no gradient; 0 is the mean of its one-sided ones.
 * @param x B × D
 * @param z c × D
 * @returns B × c
 */
export function distances(x: Tensor2D, z: Tensor2D, { squared }: { squared: boolean }): Tensor2D {
  return tf.customGrad((...args) => {
    const [x, z, save] = args as unknown as [Tensor2D, Tensor2D, (tensors: Tensor[]) => void]
    const square = squaredDistances(x, z) // B × c
    const value = squared ? square : tf.sqrt(square)
    save([x, z, value])
    const gradient = squared ? squaredGradient : plainGradient
    return { value, gradFunc: (dy, saved) => gradient(dy as Tensor2D, ...(saved as [Tensor2D, Tensor2D, Tensor2D])) }
  })(x, z) as Tensor2D
}

/** Numbers that the differences to one block of references may take: 64 MiB. */
const BLOCK = 2 ** 24

/** What `work` gives for each block of references, of which the differences to x fit into memory. */
function inBlocks<T extends Tensor | Tensor[]>(x: Tensor2D, z: Tensor2D, work: (some: Tensor2D, at: number) => T): T[] {
  const [rows, width] = x.shape
  const count = z.shape[0]
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, rows * width)))
  const results: T[] = []
  for (let at = 0; at < count; at += step)
    results.push(tf.tidy(() => work(tf.slice(z, [at, 0], [Math.min(step, count - at), width]), at)))
  return results
}

function squaredDistances(x: Tensor2D, z: Tensor2D): Tensor2D {
  const from = tf.expandDims(x, 1) // B × 1 × D
  const blocks = inBlocks(x, z, (some) => tf.sum(tf.squaredDifference(from, tf.expandDims(some, 0)), 2) as Tensor2D)
  return tf.concat(blocks, 1)
}

/** Σ_j 2 dy_ij (x_i − z_j) for each i, and its opposite summed over i for each j, as products of matrices. */
function squaredGradient(dy: Tensor2D, x: Tensor2D, z: Tensor2D): Tensor2D[] {
  const w = tf.mul(dy, 2) as Tensor2D // B × c
  // Only differences matter, and numbers about 0 lose fewer digits in the products.
  const centre = tf.mean(z, 0, true) // 1 × D
  const [a, b] = [tf.sub(x, centre) as Tensor2D, tf.sub(z, centre) as Tensor2D] // B × D, c × D
  const dx = tf.sub(tf.mul(a, tf.sum(w, 1, true)), tf.matMul(w, b)) // B × D
  const dz = tf.sub(tf.mul(b, tf.expandDims(tf.sum(w, 0), 1)), tf.matMul(w, a, true)) // c × D
  return [dx as Tensor2D, dz as Tensor2D]
}

/**
 * The same with (x_i − z_j) / d_ij, each by itself before the sum: 1 / d is huge between points that nearly meet, and a
 * product of matrices with it would be all rounding error.
 */
function plainGradient(dy: Tensor2D, x: Tensor2D, z: Tensor2D, d: Tensor2D): Tensor2D[] {
  const from = tf.expandDims(x, 1) // B × 1 × D
  const w = tf.expandDims(tf.divNoNan(dy, d), 2) // B × c × 1
  const blocks = inBlocks(x, z, (some, at) => {
    const difference = tf.sub(from, tf.expandDims(some, 0)) // B × c′ × D
    const slope = tf.mul(difference, tf.slice(w, [0, at, 0], [-1, some.shape[0], -1]))
    return [tf.sum(slope, 1) as Tensor2D, tf.neg(tf.sum(slope, 0)) as Tensor2D] // B × D, c′ × D
  })
  return [tf.addN(blocks.map(([dx]) => dx!)), tf.concat(blocks.map(([, dz]) => dz!))]
}
