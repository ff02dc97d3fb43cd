import { shallowRef } from 'vue'
import { asAppError } from '../../src-main/contract/errors.ts'
import type { Problem } from '../../src-main/contract/types.ts'

export function problemOf(error: unknown): Problem {
  const { code, message } = asAppError(error)
  return { code, message }
}

/** One thing at a time with its outcome: `busy` while it runs, `problem` when it failed. */
export function useTask() {
  const busy = shallowRef(false)
  const problem = shallowRef<Problem>()
  async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
    busy.value = true
    problem.value = undefined
    try {
      return await work()
    } catch (error) {
      problem.value = problemOf(error)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}
