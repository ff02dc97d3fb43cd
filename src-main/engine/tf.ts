import { createRequire } from 'node:module'
import type * as TensorFlow from '@tensorflow/tfjs'

/**
 * TensorFlow.js with its kernels and gradients: tfjs-core alone has no gradients in Node. Required rather than imported,
 * because its Node build is CommonJS and native backends find the same instance only that way.
 */
export const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof TensorFlow

// Without this every backend prints advice to the console.
tf.env().set('PROD', true)

export type Tensor = TensorFlow.Tensor
export type Scalar = TensorFlow.Scalar
export type Tensor1D = TensorFlow.Tensor1D
export type Tensor2D = TensorFlow.Tensor2D
export type Tensor4D = TensorFlow.Tensor4D
export type Variable = TensorFlow.Variable
export type GraphModel = TensorFlow.GraphModel
