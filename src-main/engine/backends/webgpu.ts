import { createRequire } from 'node:module'
import { tf } from '../tf.ts'
import { firstLine, Refused, type Opened } from './refused.ts'

const load = createRequire(import.meta.url)
const PACKAGE_REMEDY = 'npm install adds the optional packages webgpu and @tensorflow/tfjs-backend-webgpu.'

interface Adapter {
  readonly info?: { readonly vendor?: string; readonly device?: string; readonly description?: string }
}
interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>
}
interface Dawn {
  create(flags: string[]): Gpu
  readonly globals: object
}

/** Any vendor's GPU through Dawn (Vulkan, Metal, Direct3D 12). @throws Refused when no adapter is there */
export async function openWebgpu(): Promise<Opened> {
  let dawn: Dawn
  try {
    dawn = load('webgpu') as Dawn
  } catch (error) {
    throw new Refused(`The package webgpu does not load: ${firstLine(error)}.`, PACKAGE_REMEDY, { cause: error })
  }
  const gpu = dawn.create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  if (!adapter)
    throw new Refused(
      'WebGPU finds no graphics adapter.',
      'A GPU with a Vulkan, Metal or Direct3D 12 driver makes WebGPU available.',
    )
  Object.assign(globalThis, dawn.globals)
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
  let version: string
  try {
    version = (load('@tensorflow/tfjs-backend-webgpu') as { version_webgpu?: string }).version_webgpu ?? tf.version.tfjs
  } catch (error) {
    throw new Refused(`The WebGPU backend does not load: ${firstLine(error)}.`, PACKAGE_REMEDY, { cause: error })
  }
  if (!(await tf.setBackend('webgpu').catch(() => false)))
    throw new Refused('The graphics adapter gives no device.', 'A newer graphics driver may change this.')
  const { vendor, device, description } = adapter.info ?? {}
  return {
    device: description || [vendor, device].filter(Boolean).join(' ') || 'GPU',
    version,
    reason: 'A GPU is reached through WebGPU.',
  }
}
