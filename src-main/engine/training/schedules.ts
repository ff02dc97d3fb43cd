/** How the rate changes over a run; plain data, so that a checkpoint holds it. */
export type Schedule =
  | { readonly kind: 'constant'; readonly warmUp?: number }
  /** Multiplied by `factor` (0.1 unless told) after every `every` steps. */
  | { readonly kind: 'step'; readonly every: number; readonly factor?: number; readonly warmUp?: number }
  /** Falls along half a cosine to nothing (Loshchilov & Hutter, 2017, arXiv:1608.03983), from step `from` on. */
  | { readonly kind: 'cosine'; readonly from?: number; readonly warmUp?: number }

/**
 * What the rate is multiplied by in step `step` of `steps`, counted from 0. The first `warmUp` steps rise in a straight line.
 */
export function rateAt(schedule: Schedule, step: number, steps: number): number {
  const risen = Math.min(1, (step + 1) / Math.max(1, schedule.warmUp ?? 0))
  return risen * fallen(schedule, step, steps)
}

function fallen(schedule: Schedule, step: number, steps: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'step':
      return (schedule.factor ?? 0.1) ** Math.floor(step / schedule.every)
    case 'cosine': {
      const from = schedule.from ?? 0
      const done = Math.max(0, step - from) / Math.max(1, steps - from)
      return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)))
    }
  }
}
