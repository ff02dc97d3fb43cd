import type { Trainer } from '../../contract/trainer-api.ts'

/** Values of one message: some megabytes. */
const PART = 1 << 20

export interface Table {
  /** One row, or several of the same length one after the other. */
  add(values: Float32Array | Uint8Array, columns?: number): void
  /** Settles when the trainer has all of it. @throws AppError engine-stopped */
  done(): Promise<void>
}

/** Hands a table of numbers to the trainer while it is made: it is never whole in this process. */
export function createTable({ api }: Pick<Trainer, 'api'>, table: string): Table {
  let waiting: (Float32Array | Uint8Array)[] = []
  let size = 0
  let width = 0
  let sent: Promise<unknown> = Promise.resolve()

  function send(): void {
    if (size === 0) return
    const bytes = waiting[0] instanceof Uint8Array
    const values = bytes ? new Uint8Array(size) : new Float32Array(size)
    let at = 0
    for (const part of waiting) {
      values.set(part, at)
      at += part.length
    }
    waiting = []
    size = 0
    const columns = width
    // In order: the rows' places are their names.
    sent = sent.then(() => api.fill({ table, columns, values }))
    sent.catch(() => undefined)
  }

  return {
    add(values, columns = values.length) {
      if (values.length === 0) return
      width = columns
      waiting.push(values)
      size += values.length
      if (size >= PART) send()
    },
    async done() {
      send()
      await sent
    },
  }
}
