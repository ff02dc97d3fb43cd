import { parseArgs } from 'node:util'
import { BACKENDS, type BackendName } from '../src-main/contract/types.ts'

/** What `npm run bench -- NAME…` may be told; each bench uses what means something to it. */
export interface BenchOptions {
  readonly names: readonly string[]
  readonly draws: number | undefined
  readonly seed: number | undefined
  readonly steps: number | undefined
  readonly backend: BackendName | undefined
  /** As the paper has it: no augmentation, no extras. */
  readonly faithful: boolean
  /** May ask for a few labels more. */
  readonly ask: boolean
}

/** @throws Error in words for the user */
export function benchOptions(args: readonly string[] = process.argv.slice(2)): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      draws: { type: 'string' },
      seed: { type: 'string' },
      steps: { type: 'string' },
      backend: { type: 'string' },
      faithful: { type: 'boolean', default: false },
      ask: { type: 'boolean', default: false },
    },
  })
  const whole = (name: 'draws' | 'seed' | 'steps', least: number) => {
    const text = values[name]
    if (text === undefined) return undefined
    const number = Number(text)
    if (!Number.isSafeInteger(number) || number < least)
      throw new Error(`--${name} takes a whole number from ${least} on, not "${text}".`)
    return number
  }
  const backend = BACKENDS.find((name) => name === values.backend)
  if (backend !== values.backend) throw new Error(`There is no backend "${values.backend}".`)
  return {
    names: positionals,
    draws: whole('draws', 1),
    seed: whole('seed', 0),
    steps: whole('steps', 1),
    backend,
    faithful: values.faithful,
    ask: values.ask,
  }
}
