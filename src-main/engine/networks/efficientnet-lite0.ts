import type { Parameters } from '../weights.ts'
import { tf, type Tensor2D, type Tensor4D } from '../tf.ts'
import { bottleneck, convolution, depthwise, throughBlocks, type Block, type Blocks } from './layers.ts'

/** Strides of blocks 1 to 15; the kernel sizes (3 or 5) are in the weights. A block of stride 1 that keeps its width is residual. */
const STRIDE_TWO = [1, 3, 5, 11]
const RESIDUAL = [2, 4, 6, 7, 9, 10, 12, 13, 14]

const activation = 'relu6'

const inverted = (i: number): Block => ({
  name: `blocks/${i}`,
  run: (p, x) =>
    bottleneck(p, `blocks/${i}`, x, {
      activation,
      stride: STRIDE_TWO.includes(i) ? 2 : 1,
      residual: RESIDUAL.includes(i),
    }),
})

/** EfficientNet-Lite0 from (pixel − 127)/128 on. */
export const EFFICIENTNET_LITE0: Blocks = {
  blocks: [
    //                                                                                             B × 224 × 224 × 3
    { name: 'stem', run: (p, x) => convolution(p, 'stem', x, { stride: 2, activation }) }, //      B × 112 × 112 × 32
    {
      name: 'blocks/0',
      run: (p, x) => {
        const y = depthwise(p, 'blocks/0/depthwise', x, { activation })
        return convolution(p, 'blocks/0/project', y) //                                            B × 112 × 112 × 16
      },
    },
    // 1, 2: B × 56 × 56 × 24    3, 4: B × 28 × 28 × 40    5–7: B × 14 × 14 × 80    8–10: B × 14 × 14 × 112
    // 11–14: B × 7 × 7 × 192    15: B × 7 × 7 × 320
    ...Array.from({ length: 15 }, (_, i) => inverted(i + 1)),
    { name: 'head', run: (p, x) => convolution(p, 'head', x, { activation }) }, //                 B × 7 × 7 × 1280
  ],
  output: (y) => tf.mean(y, [1, 2]) as Tensor2D, //                                                B × 1280
}

/**
 * EfficientNet-Lite0 (Tan & Le, 2019, arXiv:1905.11946; the Lite variant has ReLU6 and no squeeze-and-excitation), batch
 * norm folded, without its classifier.
 *
 * @param x pictures, RGB as (pixel − 127)/128
 * @returns the head's mean over all positions, not normalised
 */
export function efficientnetLite0(p: Parameters, x: Tensor4D): Tensor2D {
  return throughBlocks(EFFICIENTNET_LITE0, p, x)
}
