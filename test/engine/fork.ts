import { fork, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { client } from '../../src-main/contract/call.ts'
import { ENGINE, type EngineApi } from '../../src-main/contract/engine-api.ts'
import { connect } from '../../src-main/pipe.ts'
import { resources } from './fixture.ts'

const main = resolve(import.meta.dirname, '../../src-main/engine/main.ts')

/** The engine as the core starts it: a process of its own. */
export function forkEngine(backend: string, from = resources): { engine: EngineApi; child: ChildProcess } {
  const child = fork(main, ['--resources', from, '--backend', backend], { serialization: 'advanced' })
  const pipe = {
    post: (message: unknown) => void child.send(message as object),
    onMessage: (listener: (message: unknown) => void) => void child.on('message', listener),
    onExit: (listener: () => void) => void child.on('exit', listener),
  }
  const peer = { code: 'engine-stopped', message: 'The engine stopped.' } as const
  return {
    engine: client<EngineApi>(
      ENGINE,
      connect(pipe, peer, () => {}),
    ),
    child,
  }
}
