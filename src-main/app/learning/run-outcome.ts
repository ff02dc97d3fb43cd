import { asAppError } from '../../contract/errors.ts'
import type { Problem, RunState } from '../../contract/types.ts'
import { TooManyLost } from './run-data.ts'
import { noBackendLeft } from './slower-backend.ts'

/**
 * What becomes of a run that an error ended, and why in words.
 * @param how its process ended
 * @param slowed whether it has left a backend whose memory did not suffice
 */
export function outcome(error: unknown, how: string, slowed: boolean): { state: RunState; problem: Problem } {
  if (error instanceof TooManyLost) return { state: 'paused', problem: error.problem }
  const { code, message } = asAppError(error)
  switch (code) {
    case 'engine-stopped':
      return { state: 'interrupted', problem: { code, message: stoppedWords(message, how) } }
    case 'disk-full':
      return { state: 'paused', problem: diskFull }
    case 'out-of-memory':
    case 'backend-unavailable':
      return { state: 'failed', problem: slowed || code === 'out-of-memory' ? noBackendLeft : { code, message } }
    case 'training-stopped':
      return { state: 'stopped', problem: { code, message } }
    default:
      return { state: 'failed', problem: { code, message } }
  }
}

export const endedWithProgram: Problem = {
  code: 'core-stopped',
  message: 'The program ended during this run. It goes on from what was saved last.',
}

export const erased: Problem = {
  code: 'not-trainable',
  message: 'An identity that this run learned from was removed for good. Start a new run.',
}

const diskFull: Problem = {
  code: 'disk-full',
  message: 'The disk is full. The run waits, and what was saved before is kept. Free some space, then resume.',
}

const stoppedWords = (message: string, how: string) =>
  `${message.replace(/\.$/, '')}${how ? ` (${how})` : ''}. ${
    how.includes('SIGKILL') ? 'The system may have been short of memory. ' : ''
  }The run goes on from what was saved last.`
