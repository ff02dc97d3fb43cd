import type { Parameters } from '../weights.ts'
import { tf, type Tensor2D, type Tensor4D } from '../tf.ts'
import { bottleneck, convolution, depthwise, throughBlocks, type Block, type Blocks } from './layers.ts'

const activation = 'prelu'

const down = (name: string): Block => ({
  name,
  run: (p, x) => bottleneck(p, name, x, { activation, stride: 2 }),
})
const residuals = (stage: string, count: number): Block[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${stage}/${i}`,
    run: (p, x) => bottleneck(p, `${stage}/${i}`, x, { activation, residual: true }),
  }))

/** MobileFaceNet from (pixel − 127.5)/128 on. */
export const MOBILE_FACE_NET: Blocks = {
  blocks: [
    {
      name: 'stem', //                                                                             B × 112 × 112 × 3
      run: (p, x) => {
        let y = convolution(p, 'stem', x, { stride: 2, activation }) //                            B × 56 × 56 × 64
        y = depthwise(p, 'stem-depthwise', y, { activation })
        return convolution(p, 'stem-project', y)
      },
    },
    down('down1'), //                                                                              B × 28 × 28 × 64
    ...residuals('stage1', 4),
    down('down2'), //                                                                              B × 14 × 14 × 128
    ...residuals('stage2', 6),
    down('down3'), //                                                                              B × 7 × 7 × 128
    ...residuals('stage3', 2),
    {
      name: 'head',
      run: (p, x) => {
        let y = convolution(p, 'head', x, { activation }) //                                       B × 7 × 7 × 512
        y = depthwise(p, 'global-depthwise', y, { pad: 'valid' }) //                               B × 1 × 1 × 512
        y = convolution(p, 'global-project', y)
        return convolution(p, 'embedding', y) //                                                   B × 1 × 1 × 192
      },
    },
  ],
  output: (y) => tf.reshape(y, [y.shape[0], 192]), //                                              B × 192
}

/**
 * MobileFaceNet (Chen et al., 2018, arXiv:1804.07573, table 1), as sirius-ai/MobileFaceNet_TF trained it: 192-D, batch
 * norm folded, PReLU. Global depthwise convolution instead of pooling weighs each of the 49 positions of a face by itself.
 *
 * @param x aligned faces, RGB as (pixel − 127.5)/128
 * @returns embeddings that are not normalised
 */
export function mobileFaceNet(p: Parameters, x: Tensor4D): Tensor2D {
  return throughBlocks(MOBILE_FACE_NET, p, x)
}
