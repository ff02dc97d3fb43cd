import { vi } from 'vitest'
import type { AppEvent } from '../../src-main/contract/api.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { server } from '../../src-main/contract/call.ts'
import { API, SHELL } from '../../src-main/contract/api.ts'

type Answers = Record<string, (...args: never[]) => unknown>

/** Puts a bridge on the page that answers from a table, by the schemas that ship; to be called before what uses it is imported. */
export function tellBridge(answers: Answers) {
  const asked: [string, ...unknown[]][] = []
  const listeners: ((event: AppEvent) => void)[] = []
  const table = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      (...args: never[]) => Promise.resolve().then(() => answer(...args)),
    ]),
  )
  const invoke = server({ ...API, ...SHELL } as never, table, (error) => {
    // What the table does not tell is answered as a core would that is gone.
    if (!(error instanceof TypeError)) console.error(error)
  })
  vi.stubGlobal('bridge', {
    invoke: (method: string, args: unknown[]) => {
      asked.push([method, ...args])
      return invoke(method, args)
    },
    onEvent: (listener: (event: AppEvent) => void) => listeners.push(listener),
    adopt: () => Promise.reject(new AppError('internal', 'not asked for')),
  })
  return {
    asked,
    of: (method: string) => asked.filter(([name]) => name === method).map(([, ...args]) => args[0]),
    tell: (event: AppEvent) => listeners.forEach((listener) => listener(event)),
    answers: table,
  }
}
