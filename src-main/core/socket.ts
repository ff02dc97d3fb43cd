import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { AppEvent } from '../contract/api.ts'
import type { Invoke } from '../contract/call.ts'
import { AppError } from '../contract/errors.ts'
import { connect, decode, encode, lines, serve, type Pipe } from '../pipe.ts'

/** Longest path of a socket that every system accepts, in bytes. */
const LONGEST = 100

/**
 * Where the core of a data folder listens. On Unix a socket in that folder, which only its owner can enter; where that path
 * is too long, in a folder of the user's among the temporary ones. On Windows a named pipe.
 */
export function socketPath(folder: string, platform: NodeJS.Platform = process.platform, temporary = tmpdir()): string {
  const short = createHash('sha256').update(folder).digest('hex').slice(0, 24)
  if (platform === 'win32') return `\\\\.\\pipe\\semblance-${short}`
  const path = join(folder, 'core.sock')
  if (Buffer.byteLength(path) <= LONGEST) return path
  return join(temporary, `semblance-${userInfo().uid}`, `${short}.sock`)
}

/** Serves whoever connects. The caller holds the folder's lock, so that what lies at the path is left from an earlier core. */
export async function listen(folder: string, invoke: Invoke, onEvent: (send: (event: AppEvent) => void) => () => void) {
  const path = socketPath(folder)
  if (process.platform !== 'win32') clear(path)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    const pipe = socketPipe(socket)
    const silence = onEvent((event) => pipe.post({ event }))
    pipe.onExit(() => {
      open.delete(socket)
      silence()
    })
    serve(pipe, invoke)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return {
    async close(): Promise<void> {
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** Calls the core that listens for a folder. Undefined when none does. */
export async function callRunning(
  folder: string,
  onEvent: (event: AppEvent) => void,
): Promise<{ invoke: Invoke; close(): void } | undefined> {
  const path = socketPath(folder)
  if (process.platform !== 'win32' && !isOurs(path)) return undefined
  const socket = createConnection(path)
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  if (!connected) return undefined
  const invoke = connect<AppEvent>(
    socketPipe(socket),
    { code: 'core-stopped', message: 'The running Semblance ended during this request. What was saved is kept.' },
    onEvent,
  )
  return { invoke, close: () => socket.destroy() }
}

function socketPipe(socket: Socket): Pipe {
  // The close that follows an error settles what waits.
  socket.on('error', () => undefined)
  return {
    post: (message) => {
      if (!socket.destroyed) socket.write(`${encode(message)}\n`)
    },
    onMessage: (listener) => {
      const receive = lines(
        (line) => {
          try {
            listener(decode(line))
          } catch {
            socket.destroy()
          }
        },
        () => socket.destroy(),
      )
      socket.on('data', receive)
    },
    onExit: (listener) => void socket.once('close', listener),
  }
}

/** @throws AppError read-only when somebody else's file stands where the socket goes */
function clear(path: string): void {
  const folder = join(path, '..')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  if (uid !== userInfo().uid || (mode & 0o077) !== 0)
    throw new AppError('no-permission', 'The folder for the local socket belongs to another user or is open to others.')
  rmSync(path, { force: true })
}

function isOurs(path: string): boolean {
  try {
    const found = lstatSync(path)
    return found.isSocket() && found.uid === userInfo().uid
  } catch {
    return false
  }
}
