import { asAppError } from '../../contract/errors.ts'
import type { ComparisonState } from '../../contract/lab.ts'
import type { Problem } from '../../contract/types.ts'

export const endedWithProgram: Problem = {
  code: 'core-stopped',
  message:
    'The program ended during this comparison. What is measured is kept; it goes on with the run that was under way.',
}

/** What becomes of a comparison that an error ended, and why in words. */
export function outcome(error: unknown): { state: ComparisonState; problem: Problem } {
  const { code, message } = asAppError(error)
  switch (code) {
    case 'engine-stopped':
      return {
        state: 'interrupted',
        problem: { code, message: `${message.replace(/\.$/, '')}. The comparison goes on from what was saved last.` },
      }
    case 'disk-full':
      return {
        state: 'paused',
        problem: {
          code,
          message:
            'The disk is full. The comparison waits, and what is measured is kept. Free some space, then resume.',
        },
      }
    // The files of the data may come back as they were.
    case 'not-found':
    case 'no-permission':
    case 'bad-picture':
    case 'damaged-picture':
      return { state: 'paused', problem: { code, message } }
    default:
      return { state: 'failed', problem: { code, message } }
  }
}

/** Of a run whose process ended twice. */
export const endedTwice = (how: string): Problem => ({
  code: 'engine-stopped',
  message:
    `The process that learns ended twice in this run${how ? ` (${how})` : ''}. ` +
    (how.includes('SIGKILL') ? 'The system may have been short of memory. ' : '') +
    'The others go on.',
})
