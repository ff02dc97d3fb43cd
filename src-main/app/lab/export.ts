import type { Comparison } from '../../contract/lab.ts'
import { AppError } from '../../contract/errors.ts'
import { table } from '../csv.ts'
import { isOver } from './live-comparison.ts'
import { report } from './report.ts'
import type { StoredComparison } from './store.ts'

const HEAD = [
  'loss',
  'network',
  'method',
  'dimensions',
  'seed',
  'state',
  'error',
  'nearest',
  'training',
  'trials',
  'seconds',
  'parameters',
  'macs',
  'problem',
]

/** A comparison as one file. @throws AppError wrong-use while nothing is measured */
export function exported(
  comparison: Comparison,
  stored: Pick<StoredComparison, 'machine' | 'computed'>,
  as: 'html' | 'csv',
): { name: string; bytes: Uint8Array } {
  if (!comparison.runs.some(isOver))
    throw new AppError('wrong-use', `${comparison.title} has measured nothing yet. Its first run has to end before.`)
  const day = new Date(comparison.startedAt).toISOString().slice(0, 10)
  const text = as === 'csv' ? csv(comparison) : report(comparison, stored)
  return {
    name: `${comparison.title.toLowerCase().replaceAll(' ', '-')}-${day}.${as}`,
    bytes: new TextEncoder().encode(text),
  }
}

/** A line a run; errors are shares, 0…1. */
function csv({ runs }: Comparison): string {
  return table([
    HEAD,
    ...runs.map(({ loss, network, method, dimensions, seed, state, result, problem }) => [
      ...[loss, network, method, dimensions ?? undefined, seed, state],
      ...[result?.error, result?.nearest, result?.training, result?.trials],
      ...[result?.seconds, result?.parameters, result?.macs],
      problem?.message,
    ]),
  ])
}
