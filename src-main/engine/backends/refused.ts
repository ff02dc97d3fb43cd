/** Why a backend cannot run here, and what would change that. Never crosses the process: it becomes a BackendTrial. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly remedy: string
  constructor(reason: string, remedy: string, options?: ErrorOptions) {
    super(reason, options)
    this.remedy = remedy
  }
}

/** The first line of whatever was thrown, short enough for a badge. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n').find((line) => line.trim() !== '') ?? 'unknown').trim().slice(0, 200)
}

/** A backend that is set and computes: what it runs on. */
export interface Opened {
  readonly device: string
  readonly version: string
  readonly reason: string
}
