import { parseArgs } from 'node:util'
import { server } from '../contract/call.ts'
import { ENGINE } from '../contract/engine-api.ts'
import { serve, type Pipe } from '../pipe.ts'
import { createEngine } from './engine.ts'

/** Forked by the core: answers EngineApi over the IPC channel until the core goes. */
const { values } = parseArgs({
  options: { backend: { type: 'string' }, models: { type: 'string' }, resources: { type: 'string' } },
})
if (!values.resources || !process.send) {
  console.error('engine: --resources DIR and a parent process are needed')
  process.exit(2)
}

// What packages print belongs to no answer: stdout may be the command line's, which carries JSON.
Object.assign(console, { log: console.error, info: console.error })

const pipe: Pipe = {
  // The channel may close while an answer is on its way; then nobody waits for it.
  post: (message) => void (process.connected && process.send?.(message, undefined, {}, () => {})),
  onMessage: (listener) => process.on('message', listener),
  onExit: (listener) => process.on('disconnect', listener),
}

pipe.onExit(() => process.exit(0))
const { resources, backend, models } = values
serve(pipe, server(ENGINE, createEngine({ resources, backend, models }), console.error))
