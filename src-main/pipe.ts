import type { Invoke, Reply } from './contract/call.ts'
import type { ErrorCode } from './contract/errors.ts'

/** One end of a pipe between two processes: Node's IPC channel or a local socket. */
export interface Pipe {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: () => void): void
}

type Message =
  | { readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly id: number; readonly reply: Reply }
  | { readonly event: unknown }

/** Answers what the other end asks. */
export function serve(pipe: Pipe, invoke: Invoke): void {
  pipe.onMessage((received) => {
    const message = received as Message
    if ('method' in message)
      void invoke(message.method, message.args).then((reply) => pipe.post({ id: message.id, reply }))
  })
}

/** What the other end is, for the message when it ends. */
export interface Peer {
  readonly code: ErrorCode
  readonly message: string
}

/** Calls what is served at the other end. Once that end has exited every call fails with `peer`, those in flight too. */
export function connect<E>(pipe: Pipe, peer: Peer, onEvent: (event: E) => void): Invoke {
  const stopped: Reply = { ok: false, code: peer.code, message: peer.message }
  const waiting = new Map<number, (reply: Reply) => void>()
  let open = true
  let next = 0

  pipe.onMessage((received) => {
    const message = received as Message
    if ('event' in message) return onEvent(message.event as E)
    if (!('reply' in message)) return
    waiting.get(message.id)?.(message.reply)
    waiting.delete(message.id)
  })
  pipe.onExit(() => {
    open = false
    for (const settle of waiting.values()) settle(stopped)
    waiting.clear()
  })

  return (method, args) =>
    new Promise((settle) => {
      if (!open) return settle(stopped)
      const id = next++
      waiting.set(id, settle)
      try {
        pipe.post({ id, method, args })
      } catch {
        waiting.delete(id)
        settle(stopped)
      }
    })
}

/**
 * Messages as JSON text in which bytes travel as {"$bytes": base64}, and numbers of a typed array with its name as "$of":
 * shell and core run on different V8 versions, whose structured-clone formats do not understand each other.
 */
export function encode(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof Float32Array || value instanceof Int32Array)
      return {
        $bytes: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
        $of: value.constructor.name,
      }
    return value instanceof Uint8Array || isSerializedBuffer(value) ? { $bytes: toBase64(value) } : value
  })
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (value === null || typeof value !== 'object' || !('$bytes' in value) || typeof value.$bytes !== 'string')
      return value
    const bytes = new Uint8Array(Buffer.from(value.$bytes, 'base64'))
    const of = '$of' in value ? value.$of : undefined
    if (of === 'Float32Array') return new Float32Array(bytes.buffer)
    return of === 'Int32Array' ? new Int32Array(bytes.buffer) : bytes
  })
}

/** Buffer.toJSON runs before a JSON replacer sees the value. */
type SerializedBuffer = { readonly type: 'Buffer'; readonly data: number[] }
function isSerializedBuffer(value: unknown): value is SerializedBuffer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value &&
    Array.isArray(value.data)
  )
}
function toBase64(value: Uint8Array | SerializedBuffer): string {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  return Buffer.from(value.data).toString('base64')
}

/** Splits a byte stream into the lines that `encode` made, one message a line. @param limit longest line in bytes */
export function lines(
  onLine: (line: string) => void,
  onOverflow: () => void,
  limit = 512 * 1024 * 1024,
): (chunk: Buffer) => void {
  let pending: Buffer[] = []
  let size = 0
  return (chunk) => {
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      pending.push(rest.subarray(0, end))
      onLine(Buffer.concat(pending).toString('utf8'))
      pending = []
      size = 0
      rest = rest.subarray(end + 1)
    }
    if (rest.length === 0) return
    pending.push(rest)
    size += rest.length
    if (size > limit) onOverflow()
  }
}
