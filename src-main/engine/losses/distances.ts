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
    return { value, gradFunc: (dy, saved) => gradient(dy as Tensor2D, saved as Tensor2D[], squared) }
  })(x, z) as Tensor2D
}

/** Numbers that the differences of one block of references may take: 64 MiB. */
const BLOCK = 2 ** 24

function squaredDistances(x: Tensor2D, z: Tensor2D): Tensor2D {
  const [rows, width] = x.shape
  const count = z.shape[0]
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, rows * width)))
  const blocks: Tensor2D[] = []
  for (let at = 0; at < count; at += step)
    blocks.push(
      tf.tidy(() => {
        const some = tf.slice(z, [at, 0], [Math.min(step, count - at), width])
        return tf.sum(tf.squaredDifference(tf.expandDims(x, 1), tf.expandDims(some, 0)), 2) as Tensor2D
      }),
    )
  return blocks.length === 1 ? blocks[0]! : tf.concat(blocks, 1)
}

/** Σ_j w_ij (x_i − z_j) for every i, and its opposite summed over i for every j. */
function gradient(dy: Tensor2D, [x, z, value]: readonly Tensor2D[], squared: boolean): Tensor2D[] {
  const w = squared ? tf.mul(dy, 2) : tf.divNoNan(dy, value!) // B × c
  // Only differences matter, and numbers about 0 lose fewer digits in the products.
  const centre = tf.mean(z!, 0, true) // 1 × D
  const [a, b] = [tf.sub(x!, centre), tf.sub(z!, centre)] // B × D, c × D
  const dx = tf.sub(tf.mul(a, tf.sum(w, 1, true)), tf.matMul(w as Tensor2D, b as Tensor2D)) // B × D
  const dz = tf.sub(tf.mul(b, tf.expandDims(tf.sum(w, 0), 1)), tf.matMul(w as Tensor2D, a as Tensor2D, true)) // c × D
  return [dx as Tensor2D, dz as Tensor2D]
}
