import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { AppEvent } from '../contract/api.ts'
import type { Invoke } from '../contract/call.ts'
import { connect, decode, encode } from '../pipe.ts'
import { coreEnvironment, pinnedNode } from './pinned-node.ts'

export interface CoreOptions {
  /** Folder of package.json. */
  readonly root: string
  /** Data folder; without it the core takes its own default. */
  readonly data?: string | undefined
  readonly backend?: string | undefined
  /** The core's program; for tests. */
  readonly program?: string | undefined
}

export interface CoreProcess {
  readonly invoke: Invoke
  /** How it ended, in words; never rejects. */
  readonly ended: Promise<string>
  /** Asks it to end by closing the channel, and insists after `grace` milliseconds. */
  end(grace: number): Promise<void>
}

/** Starts one core. Each message is one string: shell and core run on different versions of V8. */
export function spawnCore(options: CoreOptions, onEvent: (event: AppEvent) => void): CoreProcess {
  const node = pinnedNode(options.root)
  const child = spawn(
    node,
    [
      options.program ?? join(options.root, 'out', 'main', 'core.js'),
      ...(options.data === undefined ? [] : ['--data', options.data]),
      ...(options.backend === undefined ? [] : ['--backend', options.backend]),
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
      env: coreEnvironment(),
      windowsHide: true,
    },
  )

  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(`${node} does not start: ${error.message}`))
    child.once('exit', (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${String(code)}`
      // What it posted before it ended may still wait in the channel.
      if (child.connected) child.once('disconnect', () => settle(how))
      else settle(how)
    })
  })

  const invoke = connect<AppEvent>(
    {
      post: (message) =>
        child.send(encode(message), (error) => {
          // The exit settles the call; without a listener this error would end the shell.
          if (error && child.exitCode === null && child.signalCode === null) child.kill()
        }),
      onMessage: (listener) => child.on('message', (text) => listener(decode(String(text)))),
      onExit: (listener) => void ended.then(listener),
    },
    {
      code: 'core-stopped',
      message:
        'The process that holds the gallery ended during this request. What was saved is kept; repeat the request.',
    },
    onEvent,
  )

  return {
    invoke,
    ended,
    async end(grace) {
      if (child.connected) child.disconnect()
      const insist = setTimeout(() => child.kill('SIGKILL'), grace)
      await ended
      clearTimeout(insist)
    },
  }
}
