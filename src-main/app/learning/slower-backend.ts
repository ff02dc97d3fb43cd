import { asAppError } from '../../contract/errors.ts'
import { BACKENDS, type BackendName, type Problem } from '../../contract/types.ts'
import type { StoredRun } from './run-store.ts'

/**
 * The backend that a run goes on with after this error: the next in the order of choice once memory has ended at the smallest
 * batch, and the one behind it where that cannot run here. Undefined for other errors, and when there is none left.
 */
export function slowerBackend(
  { run, backend }: { readonly run: Pick<StoredRun['run'], 'backend'> } & Pick<StoredRun, 'backend'>,
  error: unknown,
): BackendName | undefined {
  const { code } = asAppError(error)
  const moved = backend !== undefined && code === 'backend-unavailable'
  if (code !== 'out-of-memory' && !moved) return undefined
  const at = BACKENDS.findIndex((name) => name === (moved ? backend : run.backend))
  return at < 0 ? undefined : BACKENDS[at + 1]
}

/** @param labels of the backend that ran out of memory, and of the one that computes now */
export const backendChanged = (before: string, now: string): Problem => ({
  code: 'backend-changed',
  message: `The memory of ${before} does not suffice even for the smallest batch. The run goes on from its last checkpoint on ${now}, which may take longer.`,
})

/** Instead of what the last one says about itself: none of them can. */
export const noBackendLeft: Problem = {
  code: 'out-of-memory',
  message:
    'The memory does not suffice on any backend, even for the smallest batch. Close other programs, leave photos out, or choose a smaller network; then start a new run.',
}
