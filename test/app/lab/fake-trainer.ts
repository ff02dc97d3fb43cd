import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { server } from '../../../src-main/contract/call.ts'
import { AppError } from '../../../src-main/contract/errors.ts'
import { TRAINER, type TrainerApi, type TrainerEvent } from '../../../src-main/contract/trainer-api.ts'
import type { BackendName } from '../../../src-main/contract/types.ts'
import { serve } from '../../../src-main/pipe.ts'
import { note } from './notes.ts'

/**
 * A process that learns nothing, for tests of what surrounds one; it notes what it is asked for. What becomes of a run its network decides: vgg is
 * stopped by a watch, alexnet ends the process, plain does so the first time, inception lacks memory but on WebAssembly, highway waits until it is paused.
 */
const { values } = parseArgs({ options: { backend: { type: 'string' }, resources: { type: 'string' } } })
const backend = (values.backend ?? 'tfjs-node') as BackendName
const post = (message: unknown) => void (process.connected && process.send?.(message, undefined, {}, () => {}))
const tell = (event: TrainerEvent) => post({ event })
let pixels: number[][] = []
const never = new Promise<never>(() => undefined)

const trainer: TrainerApi = {
  ready: async () => ({ backend, label: backend, device: 'none' }),
  async fill({ columns, values }) {
    for (let at = 0; at < values.length; at += columns) pixels.push([...values.subarray(at, at + columns)])
  },
  async clear() {
    pixels = []
  },
  triage: () => never,
  forecast: () => never,
  train: () => never,
  attribute: () => never,
  async trial({ folder, network, seed, steps, labels, labelled, unlabelled, asked }) {
    note(dirname(dirname(dirname(folder))), {
      ...{ network, seed, backend, pid: process.pid, rows: pixels.length, first: pixels.map(([value]) => value!) },
      ...{ labels: [...labels], labelled: [...labelled], unlabelled: [...unlabelled], asked: [...asked] },
    })
    mkdirSync(folder, { recursive: true })
    const again = existsSync(join(folder, 'begun'))
    writeFileSync(join(folder, 'begun'), '')
    tell({ type: 'from', step: 0 })
    tell({ type: 'cell', point: { step: 1, loss: 1 / (seed + 1), error: 0.5 } })
    tell({ type: 'progress', step: 1, steps })
    tell({ type: 'saved', step: 1 })
    if (network === 'vgg') throw new AppError('training-stopped', 'The loss is no number any more.')
    if (network === 'alexnet' || (network === 'plain' && !again)) process.exit(3)
    if (network === 'inception' && backend !== 'wasm')
      throw new AppError('out-of-memory', 'The memory does not suffice.')
    if (network === 'highway') await never
    tell({ type: 'cell', point: { step: steps, loss: 0.1, error: 0.25 } })
    const measured = { error: 0.25, nearest: 0.3, training: 0.05, trials: asked.length }
    return { ...measured, seconds: 2, parameters: 1000 + seed, macs: 5000 }
  },
  pause: async () => undefined,
  resume: async () => undefined,
}

process.on('disconnect', () => process.exit(0))
serve(
  {
    post,
    onMessage: (listener) => process.on('message', listener),
    onExit: (listener) => process.on('disconnect', listener),
  },
  server(TRAINER, trainer, console.error),
)
