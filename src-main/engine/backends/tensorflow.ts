import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { tf, type Tensor } from '../tf.ts'
import { firstLine, Refused, type Opened } from './refused.ts'
import { registerReluGradients } from './relu-gradient.ts'

const load = createRequire(import.meta.url)
const REMEDY = 'npm run backend:tensorflow sets TensorFlow up again and says what is missing.'

/** What set-up wrote about the native library; absent in a packaged app. */
interface Report {
  readonly ok?: boolean
  readonly reason?: string
  readonly remedy?: string
  readonly source?: string
}

function report(resources: string): Report {
  try {
    return JSON.parse(readFileSync(join(resources, '..', '.setup', 'tensorflow.json'), 'utf8')) as Report
  } catch {
    return {}
  }
}

interface Native {
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

/** The native library is loaded once and serves both names, so what happened to it is kept. */
let outcome: { native: Native; reason: string } | Refused | undefined

function native(resources: string): { native: Native; reason: string } {
  outcome ??= tryNative(resources)
  if (outcome instanceof Refused) throw outcome
  return outcome
}

function tryNative(resources: string): { native: Native; reason: string } | Refused {
  const setUp = report(resources)
  // A library that set-up found unable to compute is not loaded: it may end the whole process.
  if (setUp.ok === false)
    return new Refused(`TensorFlow is not set up: ${setUp.reason ?? 'no reason given'}.`, setUp.remedy || REMEDY)
  // Node 23 took both away and TensorFlow.js 4.22 still calls them.
  const util = load('node:util') as { isNullOrUndefined?: unknown; isArray: unknown }
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray = Array.isArray
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  try {
    load('@tensorflow/tfjs-node-gpu')
  } catch (error) {
    const why = setUp.reason ? `${firstLine(error)} (set-up: ${setUp.reason})` : firstLine(error)
    return new Refused(`TensorFlow's native library does not load: ${why}.`, setUp.remedy || REMEDY, { cause: error })
  }
  const backend = tf.findBackend('tensorflow') as unknown as Native | null
  if (!backend) return new Refused('TensorFlow loads and registers no backend.', REMEDY)
  registerPrelu()
  registerReluGradients()
  return { native: backend, reason: setUp.reason ?? '' }
}

/** max(x, 0) + α·min(x, 0) in four passes over the tensor; the package's own takes six. */
function registerPrelu(): void {
  const names = { kernelName: 'Prelu', backendName: 'tensorflow' }
  if (tf.getKernel(names.kernelName, names.backendName)) tf.unregisterKernel(names.kernelName, names.backendName)
  tf.registerKernel({
    ...names,
    kernelFunc: ({ inputs }) => {
      const { x, alpha } = inputs as unknown as { x: Tensor; alpha: Tensor }
      return tf.tidy(() => tf.add(tf.relu(x), tf.mul(alpha, tf.minimum(x, 0))))
    },
  })
}

/** TensorFlow on an NVIDIA GPU. @throws Refused when the library computes on the CPU. */
export async function openGpu(resources: string): Promise<Opened> {
  const { native: backend } = native(resources)
  if (!backend.isUsingGpuDevice)
    throw new Refused(
      'TensorFlow finds no NVIDIA GPU that it can use.',
      'A CUDA driver for an NVIDIA GPU, then npm run backend:tensorflow.',
    )
  await tf.setBackend('tensorflow')
  return { device: 'NVIDIA GPU', version: backend.binding.TF_Version, reason: 'The fastest backend is available.' }
}

/** TensorFlow on the CPU. */
export async function openCpu(resources: string): Promise<Opened> {
  const { native: backend } = native(resources)
  if (backend.isUsingGpuDevice)
    throw new Refused('This TensorFlow library computes on the GPU.', 'The backend tfjs-node-gpu is available instead.')
  await tf.setBackend('tensorflow')
  const model = cpus()[0]?.model.trim() || process.arch
  return {
    device: `CPU (${model}, ${cpus().length} threads)`,
    version: backend.binding.TF_Version,
    reason: 'TensorFlow runs on the CPU.',
  }
}
