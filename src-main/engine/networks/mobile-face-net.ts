import type { Parameters } from '../weights.ts'
import { tf, type Tensor2D, type Tensor4D } from '../tf.ts'
import { bottleneck, convolution, depthwise } from './layers.ts'

/**
 * MobileFaceNet (Chen et al., 2018, arXiv:1804.07573, table 1), as sirius-ai/MobileFaceNet_TF trained it: 192-D, batch
 * norm folded, PReLU. Global depthwise convolution instead of pooling weighs each of the 49 positions of a face by itself.
 *
 * @param x aligned faces, RGB as (pixel − 127.5)/128
 * @returns embeddings that are not normalised
 */
export function mobileFaceNet(p: Parameters, x: Tensor4D): Tensor2D {
  const activation = 'prelu'
  return tf.tidy(() => {
    //                                                                                             B × 112 × 112 × 3
    let y = convolution(p, 'stem', x, { stride: 2, activation }) //                                B × 56 × 56 × 64
    y = depthwise(p, 'stem-depthwise', y, { activation })
    y = convolution(p, 'stem-project', y)

    y = bottleneck(p, 'down1', y, { activation, stride: 2 }) //                                    B × 28 × 28 × 64
    for (let i = 0; i < 4; i++) y = bottleneck(p, `stage1/${i}`, y, { activation, residual: true })

    y = bottleneck(p, 'down2', y, { activation, stride: 2 }) //                                    B × 14 × 14 × 128
    for (let i = 0; i < 6; i++) y = bottleneck(p, `stage2/${i}`, y, { activation, residual: true })

    y = bottleneck(p, 'down3', y, { activation, stride: 2 }) //                                    B × 7 × 7 × 128
    for (let i = 0; i < 2; i++) y = bottleneck(p, `stage3/${i}`, y, { activation, residual: true })

    y = convolution(p, 'head', y, { activation }) //                                               B × 7 × 7 × 512
    y = depthwise(p, 'global-depthwise', y, { pad: 'valid' }) //                                   B × 1 × 1 × 512
    y = convolution(p, 'global-project', y)
    y = convolution(p, 'embedding', y) //                                                          B × 1 × 1 × 192
    return tf.reshape(y, [x.shape[0], 192]) //                                                     B × 192
  })
}
