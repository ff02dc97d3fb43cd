/** One line of the examination. `remedy` says what to do about a warning or a failure. */
export interface Check {
  readonly check: string
  readonly result: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly remedy?: string
}

export const ok = (check: string, detail: string): Check => ({ check, result: 'ok', detail })
export const warn = (check: string, detail: string, remedy: string): Check => ({
  check,
  result: 'warn',
  detail,
  remedy,
})
export const fail = (check: string, detail: string, remedy: string): Check => ({
  check,
  result: 'fail',
  detail,
  remedy,
})
