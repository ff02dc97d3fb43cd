import { AppError } from '../../contract/errors.ts'
import { BACKENDS, type BackendName, type BackendState, type BackendTrial } from '../../contract/types.ts'
import { firstLine, Refused, type Opened } from './refused.ts'
import { selfTest } from './self-test.ts'
import { openCpu, openGpu } from './tensorflow.ts'
import { openWasm } from './wasm.ts'
import { openWebgpu } from './webgpu.ts'

interface Candidate {
  readonly label: string
  open(resources: string): Promise<Opened>
}

/** In the order they are tried, fastest first: the order of BACKENDS. */
const CANDIDATES: Readonly<Record<BackendName, Candidate>> = {
  'tfjs-node-gpu': { label: 'TensorFlow (GPU)', open: openGpu },
  'tfjs-node': { label: 'TensorFlow', open: openCpu },
  webgpu: { label: 'WebGPU', open: openWebgpu },
  wasm: { label: 'WebAssembly', open: openWasm },
}

export function isBackendName(name: string): name is BackendName {
  return (BACKENDS as readonly string[]).includes(name)
}

type Attempt = { readonly state: Omit<BackendState, 'refused'> } | { readonly trial: BackendTrial }

async function attempt(name: BackendName, resources: string): Promise<Attempt> {
  const { label, open } = CANDIDATES[name]
  try {
    const opened = await open(resources)
    const test = await selfTest()
    if (test.passed) return { state: { name, label, ...opened, selfTest: test } }
    const reason = `The self-test fails: ${test.detail}`
    return {
      trial: { name, available: false, reason, remedy: 'A newer driver or package may change this.', selfTest: test },
    }
  } catch (error) {
    const reason = error instanceof Refused ? error.message : firstLine(error)
    return { trial: { name, available: false, reason, ...(error instanceof Refused && { remedy: error.remedy }) } }
  }
}

/**
 * Sets the fastest backend that passes its self-test, or the one that `forced` names.
 * @throws AppError 'backend-unavailable' when the forced one, or all of them, cannot run
 */
export async function chooseBackend(resources: string, forced?: string): Promise<BackendState> {
  if (forced !== undefined && !isBackendName(forced))
    throw new AppError('backend-unavailable', `There is no backend "${forced}". Backends are ${BACKENDS.join(', ')}.`)
  const refused: BackendTrial[] = []
  for (const name of forced === undefined ? BACKENDS : [forced]) {
    const result = await attempt(name, resources)
    if ('trial' in result) refused.push(result.trial)
    else if (forced === undefined) return { ...result.state, refused }
    else return { ...result.state, reason: 'It is asked for by name.', refused }
  }
  throw new AppError(
    'backend-unavailable',
    refused
      .map((trial) => `The backend ${trial.name} cannot run: ${trial.reason} ${trial.remedy ?? ''}`.trim())
      .join(' '),
  )
}
