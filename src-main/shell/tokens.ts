import { randomBytes } from 'node:crypto'

/** What the window was handed: a file or folder, or bytes without a file (pasted, filmed). */
export type Entry =
  | { readonly token: string; readonly path: string }
  | { readonly token: string; readonly name: string; readonly bytes: Uint8Array }

export interface Ledger {
  add(entry: Entry): void
  all(): Entry[]
}

/** An unguessable name, 32 hex digits. */
export const newToken = () => randomBytes(16).toString('hex')

/**
 * Remembers, in memory alone, what each token stands for, so that a core that starts again is handed it all again.
 * Past either limit the oldest are forgotten.
 */
export function createLedger(limits = { entries: 200_000, bytes: 256 * 1024 * 1024 }): Ledger {
  const entries = new Map<string, Entry>()
  const sizeOf = (entry: Entry) => ('bytes' in entry ? entry.bytes.byteLength : 0)
  let held = 0

  function forget(entry: Entry) {
    entries.delete(entry.token)
    held -= sizeOf(entry)
  }

  return {
    add(entry) {
      entries.set(entry.token, entry)
      held += sizeOf(entry)
      for (const oldest of entries.values()) {
        const tooMany = entries.size > limits.entries
        if (!tooMany && held <= limits.bytes) break
        // Paths cost next to nothing: only bytes make room for bytes.
        if (tooMany || sizeOf(oldest) > 0) forget(oldest)
      }
    },
    all: () => [...entries.values()],
  }
}
