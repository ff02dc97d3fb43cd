import { setImmediate as nextTurn } from 'node:timers/promises'

/** What a recipe says after each step. Figures are absent when the recipe has none of the kind. */
export interface StepReport {
  /** Steps done, 1 … steps. */
  readonly step: number
  readonly steps: number
  /** Pictures that this step worked through. */
  readonly pictures: number
  /** Distance ratio of the labelled samples, or the recipe's loss on them. */
  readonly labelled?: number
  /** Minimum-entropy term of the unlabelled samples. */
  readonly entropy?: number
  /** H(mean prediction) over the logarithm of the number of classes, 0 … 1. */
  readonly balance?: number
  /** Entropy of each unlabelled sample's prediction, in nats; not in every step. */
  readonly entropies?: Float32Array
  /** Share of held-out samples that are recognised wrongly; in the steps that measure it. */
  readonly heldOut?: { readonly error: number; readonly trials: number }
  readonly rate?: number
}

/** Thrown out of `tick` when the run is cancelled; what was written before it stays. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
  constructor() {
    super('The run is cancelled.')
  }
}

/** What a recipe needs of whoever runs it. */
export interface Control {
  /**
   * After each step: reports it, lets messages in, calls `save` when a checkpoint is due, waits while the run is paused.
   * @param save writes a checkpoint of what this step left; absent for recipes of seconds that start again instead
   * @throws Cancelled
   */
  tick(report: StepReport, save?: () => void): Promise<void>
  /** True when `tick` would save: that much work lies behind the last checkpoint, or a pause is asked for. */
  checkpointDue(): boolean
}

/** The side of whoever runs it. */
export interface Controller extends Control {
  /** Settles when the recipe waits, its checkpoint written; when the run is resumed, cancelled. Not when it ends by itself. */
  pause(): Promise<void>
  resume(): void
  /** The next `tick` throws, or the one that waits. */
  cancel(): void
}

export interface ControlOptions {
  readonly onStep?: (report: StepReport) => void
  /** Work between two checkpoints; 50 by default, so that the promised 60 hold with a long step and a slow disk. */
  readonly checkpointSeconds?: number
  /** Milliseconds that only go forward. */
  readonly now?: () => number
}

/**
 * Flags that the recipe looks at between steps: a step is never interrupted, so the state that is saved is always whole.
 * A cancelled run therefore ends within one step. Where a step may take longer than that is allowed to, as on WebAssembly,
 * the process is ended instead; its newest checkpoint stays.
 */
export function createControl(options: ControlOptions = {}): Controller {
  const { onStep = () => {}, checkpointSeconds = 50, now = () => performance.now() } = options
  let savedAt = now()
  let cancelled = false
  let pause: { readonly reached: PromiseWithResolvers<void>; readonly over: PromiseWithResolvers<void> } | undefined
  let waiting = false

  const end = () => {
    pause?.reached.resolve()
    pause?.over.resolve()
    pause = undefined
  }
  const checkpointDue = () => (pause !== undefined && !waiting) || now() - savedAt >= checkpointSeconds * 1000

  return {
    checkpointDue,
    async tick(report, save) {
      onStep(report)
      await nextTurn()
      if (cancelled) throw new Cancelled()
      if (save && checkpointDue()) {
        save()
        savedAt = now()
      }
      // A pause may be taken back and asked for again before the recipe wakes.
      while (pause) {
        waiting = true
        pause.reached.resolve()
        const began = now()
        await pause.over.promise
        waiting = false
        // Waiting is no work that could be lost.
        savedAt += now() - began
      }
      if (cancelled) throw new Cancelled()
    },
    pause() {
      pause ??= { reached: Promise.withResolvers(), over: Promise.withResolvers() }
      return pause.reached.promise
    },
    resume: end,
    cancel() {
      cancelled = true
      end()
    },
  }
}
