import { tf } from '../../../src-main/engine/tf.ts'

/** The process that learns, on a machine whose memory ends after so many steps on TensorFlow, as the backend says it. */
const STEPS = 400

const engine = tf.engine()
const gradients = engine.gradients.bind(engine)
let taken = 0
const short: typeof gradients = (f, xs, dy, allowNoGradients) => {
  if (tf.getBackend() === 'tensorflow' && ++taken > STEPS)
    throw new Error('OOM when allocating tensor with shape[256,1280] and type float')
  return gradients(f, xs, dy, allowNoGradients)
}
Object.assign(engine, { gradients: short })
await import('../../../src-main/engine/trainer/main.ts')
