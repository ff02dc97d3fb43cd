// Run by set-up under the pinned Node: loads TensorFlow, computes a product and a convolution's gradient against central
// differences, and prints {version, gpu} as its last line. Any other end means that this TensorFlow cannot be used.
'use strict'
const util = require('node:util')
// Node 23 took these away and TensorFlow.js 4.22 still calls them.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray = Array.isArray
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'

const tf = require('@tensorflow/tfjs-node-gpu')

function expect(what, holds) {
  if (!holds) throw new Error(`self-test: ${what}`)
}

async function main() {
  await tf.ready()
  expect('the backend is tensorflow', tf.getBackend() === 'tensorflow')
  const product = await tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).data() // prettier-ignore
  expect(
    'a product is exact',
    [19, 22, 43, 50].every((value, i) => product[i] === value),
  )

  const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1)
  const w = tf.randomNormal([3, 3, 3, 4], 0, 1, 'float32', 2)
  const f = (filter) =>
    tf
      .maxPool(tf.relu(tf.conv2d(x, filter, 1, 'same')), 2, 2, 'valid')
      .square()
      .sum()
  const one = tf.oneHot(tf.tensor1d([7], 'int32'), 108).reshape([3, 3, 3, 4])
  const h = 1e-2
  const [difference] = await f(w.add(one.mul(h))).sub(f(w.sub(one.mul(h)))).data() // prettier-ignore
  const [gradient] = await tf.grad(f)(w).mul(one).sum().data()
  const numeric = difference / (2 * h)
  expect(
    `the gradient ${gradient} equals central differences ${numeric}`,
    Math.abs(numeric - gradient) < 0.01 * Math.max(1, Math.abs(numeric)),
  )
  const backend = tf.backend()
  process.stdout.write(`${JSON.stringify({ version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice })}\n`)
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
})
