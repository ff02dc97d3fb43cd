let everything = true

/** For the command line, whose stderr is read by people: only defects are recorded, unless SEMBLANCE_LOG is set. */
export function logDefectsAlone(env: NodeJS.ProcessEnv): void {
  everything = Boolean(env['SEMBLANCE_LOG'])
}

/** One record a line on stderr: ids and codes, never names, paths or vectors. */
export function log(event: string, facts: Record<string, string | number | boolean | undefined> = {}): void {
  if (!everything && event !== 'bug') return
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}

/** A defect: its stack is what finds it. */
export function logBug(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined
  log('bug', { stack, cause })
}
