import { fork } from 'node:child_process'
import { client } from '../contract/call.ts'
import { TRAINER, type Trainer, type TrainerApi, type TrainerEvent } from '../contract/trainer-api.ts'
import { connect } from '../pipe.ts'
import { engineEnvironment } from './engine-environment.ts'
import { log } from './log.ts'

export interface TrainerProgram {
  readonly script: string
  readonly resources: string
  /** A backend by name; without it the trainer takes the fastest that works. */
  readonly backend?: string | undefined
}

/** Starts a process that learns. It is not started again when it ends: whoever runs it decides. It ends with the core. */
export function startTrainer(program: TrainerProgram, onEvent: (event: TrainerEvent) => void): Trainer {
  const { script, resources, backend } = program
  const options = ['--resources', resources, ...(backend === undefined ? [] : ['--backend', backend])]
  const child = fork(script, options, {
    serialization: 'advanced',
    env: engineEnvironment(process.env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  log('trainer-started', { pid: child.pid })
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message))
    child.once('exit', (code, signal) => settle(signal ? `signal ${signal}` : `exit code ${String(code)}`))
  })
  void ended.then((how) => log('trainer-ended', { pid: child.pid, how }))
  const invoke = connect<TrainerEvent>(
    {
      post: (message) => void child.send(message as object, () => undefined),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => void ended.then(listener),
    },
    { code: 'engine-stopped', message: 'The process that learns ended.' },
    onEvent,
  )
  return {
    api: client<TrainerApi>(TRAINER, invoke),
    pid: () => child.pid,
    ended,
    kill: () => void child.kill('SIGKILL'),
  }
}
