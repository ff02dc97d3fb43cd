import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { tf } from '../tf.ts'
import { firstLine, Refused, type Opened } from './refused.ts'
import { registerFilterGradient } from './filter-gradient.ts'
import { registerInputGradients } from './input-gradient.ts'
import { registerMaxPoolGradient } from './max-pool-gradient.ts'

const load = createRequire(import.meta.url)

/** WebAssembly with SIMD on one thread: the threaded build fails in Node. Runs everywhere. */
export async function openWasm(): Promise<Opened> {
  try {
    const wasm = load('@tensorflow/tfjs-backend-wasm') as {
      setWasmPaths(folder: string): void
      readonly version_wasm: string
    }
    wasm.setWasmPaths(dirname(load.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module does not start')
    registerFilterGradient()
    registerInputGradients()
    registerMaxPoolGradient()
    const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
    return {
      device: simd ? 'CPU (SIMD, one thread)' : 'CPU (one thread)',
      version: wasm.version_wasm,
      reason: 'WebAssembly runs everywhere.',
    }
  } catch (error) {
    throw new Refused(`WebAssembly does not start: ${firstLine(error)}.`, 'npm install restores the package.', {
      cause: error,
    })
  }
}
