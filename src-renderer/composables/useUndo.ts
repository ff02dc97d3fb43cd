import { shallowRef } from 'vue'
import { api } from '../api.ts'
import { problemOf } from './useProblem.ts'

export interface Toast {
  readonly text: string
  /** Takes back what the toast tells of; the last change of the gallery when absent. */
  readonly undo?: (() => Promise<unknown>) | undefined
  readonly kind: 'done' | 'undone' | 'problem'
  /** The page itself tells of it; only the keys still take it back. */
  readonly silent?: boolean
}

const toast = shallowRef<Toast>()

/** Tells of a change that can be taken back. */
function done(text: string, undo: () => Promise<unknown> = () => api.undo(), silent = false): void {
  toast.value = { text, undo, kind: 'done', silent }
}

function failed(error: unknown): void {
  toast.value = { text: problemOf(error).message, kind: 'problem' }
}

async function undo(): Promise<void> {
  const last = toast.value
  try {
    if (last?.undo) {
      const answer = await last.undo()
      const label = (answer as { label?: string } | undefined)?.label
      toast.value = { text: label ? `Taken back: ${label}` : 'Taken back', kind: 'undone' }
    } else {
      const { label } = await api.undo()
      toast.value = { text: `Taken back: ${label}`, kind: 'undone' }
    }
  } catch (error) {
    failed(error)
  }
}

/** Runs a change of the gallery and says what was done, or why not. */
async function act<T>(
  text: string,
  work: () => Promise<T>,
  back?: (value: T) => Promise<unknown>,
): Promise<T | undefined> {
  try {
    const value = await work()
    if (back) done(text, () => back(value))
    else done(text)
    return value
  } catch (error) {
    failed(error)
    return undefined
  }
}

export function useUndo() {
  return { toast, done, undo, act, failed }
}
