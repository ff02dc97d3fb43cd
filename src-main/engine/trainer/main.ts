import { constants, setPriority } from 'node:os'
import { parseArgs } from 'node:util'
import { server } from '../../contract/call.ts'
import { TRAINER, type TrainerEvent } from '../../contract/trainer-api.ts'
import { serve, type Pipe } from '../../pipe.ts'
import { createTrainer } from './trainer.ts'
import { endWith } from './watchdog.ts'

/** Forked by the core for one piece of learning: answers TrainerApi over the IPC channel, and ends with the core. */
const { values } = parseArgs({ options: { backend: { type: 'string' }, resources: { type: 'string' } } })
if (!values.resources || !process.send) {
  console.error('trainer: --resources DIR and a parent process are needed')
  process.exit(2)
}
process.umask(0o077)
endWith(process.ppid)
// What packages print belongs to no answer.
Object.assign(console, { log: console.error, info: console.error })
try {
  // Serving never waits for a step.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // Not every system lets a process do this; it learns all the same.
}

const post = (message: unknown) => void (process.connected && process.send?.(message, undefined, {}, () => {}))
const pipe: Pipe = {
  post,
  onMessage: (listener) => process.on('message', listener),
  onExit: (listener) => process.on('disconnect', listener),
}
pipe.onExit(() => process.exit(0))
const trainer = createTrainer({
  resources: values.resources,
  backend: values.backend,
  tell: (event: TrainerEvent) => post({ event }),
})
serve(pipe, server(TRAINER, trainer, console.error))
