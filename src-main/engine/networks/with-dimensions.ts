import { tf, type Tensor, type Tensor2D } from '../tf.ts'
import type { Network } from '../training/network.ts'

/**
 * A network with one dense layer without activation behind its own output, B × D in and B × dimensions out, as FaceNet's embedding
 * layer (Schroff et al., 2015, section 3.3), whose size the texts vary from 64 to 512. The layer starts as those of layers.ts do,
 * drawn after the weights of the network, which stay what they are without it.
 */
export function withDimensions(network: Network, dimensions: number): Network {
  const bound = 1 / Math.sqrt(network.dimensions)
  const start = (random: { next(): number }) => (2 * random.next() - 1) * bound
  const kernel = network.weight('embedding/kernel', [network.dimensions, dimensions], start)
  const bias = network.weight('embedding/bias', [dimensions], start)
  return {
    ...network,
    dimensions,
    forward: (x, pass) =>
      tf.tidy(() => {
        const output = network.forward(x, pass) // B × D
        return tf.add(tf.matMul(output, kernel as Tensor as Tensor2D), bias) as Tensor2D // B × dimensions
      }),
    another: (seed) => withDimensions(network.another(seed), dimensions),
  }
}
