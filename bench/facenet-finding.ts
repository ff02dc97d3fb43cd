import { mean } from '../src-main/app/evaluation/spread.ts'
import type { Figure } from './results.ts'

/** What the text's three tables say, and whether ours say the same; written from the figures. */
export function facenetFinding(figures: readonly Figure[]): string[] {
  return figures.map(({ name, values }) => `${name}: ${mean(values).toFixed(2)}`)
}
