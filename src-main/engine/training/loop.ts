import { AppError } from '../../contract/errors.ts'
import type { Problem } from '../../contract/jobs.ts'
import { tf, type Tensor } from '../tf.ts'
import { writeCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { Control, StepReport } from './control.ts'
import { backward, recordedBackward, type RecordedBackward } from './gradients.ts'
import { batchHalved, isOutOfMemory, smallerBatch } from './memory.ts'
import { notCompiled } from './recorded.ts'
import { createLoopState, type Best, type LoopNumbers, type LoopState } from './loop-state.ts'
import type { Optimizer } from './optimizers.ts'
import type { Random } from './random.ts'
import type { Recipe } from './recipe.ts'
import { rateAt, type Schedule } from './schedules.ts'
import { createWatches, type Observed, type WatchOptions } from './watches.ts'
import type { WeightAverage } from './weight-average.ts'

export interface LoopOptions {
  readonly recipe: Recipe
  readonly optimizer: Optimizer
  /** The stream that everything is drawn from. */
  readonly random: Random
  readonly steps: number
  readonly rate: number
  readonly schedule: Schedule
  readonly batch: number
  readonly control: Control
  /** JSON; a checkpoint of another configuration is refused. */
  readonly config?: unknown
  /** Where checkpoints are written; none are when it is absent. */
  readonly folder?: string | undefined
  readonly from?: Checkpoint | undefined
  readonly average?: WeightAverage | undefined
  /** False trains without them; they still keep NaN out. */
  readonly watches?: WatchOptions | false | undefined
  /** Measured after every so many steps; the weights of the smallest error so far are kept. */
  readonly heldOut?:
    { readonly every: number; measure(): { readonly error: number; readonly trials: number } } | undefined
  readonly onNotice?: ((notice: Problem) => void) | undefined
}

export interface LoopEnd {
  readonly outcome: 'done' | 'stopped'
  /** Steps done. */
  readonly step: number
  /** Why it stopped. */
  readonly problem?: Problem
  /** Moving mean of the loss. */
  readonly loss: number
  /** Of the smallest held-out error. */
  readonly best?: Best
}

/** Share of the newest step in the moving means of loss and gradient norm. */
const NEWEST = 0.02
/** Times its moving mean; training with sound gradients stays below 100. */
const EXPLODED = 1e4
/** How often a run goes back to its last checkpoint with half the rate before it stops. */
const CHANCES = 3
/** Steps before the norm of a gradient is judged. */
const WARM = 20

/**
 * Batch → forward → loss → gradients → step → tick, until the steps are done. A step whose loss, gradient or weights are
 * not finite is not applied: the run goes back to its last checkpoint and halves the rate.
 * @throws Cancelled, and what the disk says when a checkpoint cannot be written
 */
export async function runLoop(options: LoopOptions): Promise<LoopEnd> {
  const { recipe, onNotice = () => {} } = options
  const pass = recordedBackward<Tensor>(
    recipe.variables,
    (inputs) => recipe.forward!(inputs),
    (reason) => onNotice(notCompiled(reason)),
  )
  try {
    return await loop(options, pass)
  } finally {
    pass.dispose()
  }
}

async function loop(options: LoopOptions, pass: RecordedBackward<Tensor>): Promise<LoopEnd> {
  const { steps, control, average, heldOut, onNotice = () => {} } = options
  const state = createLoopState(options)
  if (options.from) state.restore(options.from)
  let watches = createWatches(options.watches || {}, state.now.watches)
  // What a bad step goes back to; on disk as soon as it is as old as a checkpoint may be.
  let good = state.snapshot()!
  const save = () => {
    const snapshot = state.snapshot()
    // Weights that are not finite never reach the disk; the next step finds them and goes back.
    if (!snapshot) return
    if (options.folder !== undefined) writeCheckpoint(options.folder, snapshot)
    good = snapshot
  }
  const back = () => {
    const { batch, rateScale, failures } = state.now
    state.restore(good)
    // What the run has learnt about itself since then stays.
    state.now = { ...state.now, batch, rateScale, failures }
    watches = createWatches(options.watches || {}, state.now.watches)
  }
  const end = (outcome: 'done' | 'stopped', problem?: Problem): LoopEnd => ({
    outcome,
    step: state.now.step,
    loss: state.now.loss ?? NaN,
    ...(problem && { problem }),
    ...(state.best() && { best: state.best()! }),
  })

  while (state.now.step < steps) {
    let done: Step
    try {
      done = oneStep(options, pass, state.now)
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      pass.dispose()
      back()
      onNotice(lessMemory(state, error))
      continue
    }
    if (done.bad) {
      const failures = state.now.failures + 1
      if (failures > CHANCES) return end('stopped', { code: done.bad.code, message: `${done.bad.message} ${STOPPED}` })
      back()
      state.now = { ...state.now, failures, rateScale: state.now.rateScale / 2 }
      onNotice({ code: done.bad.code, message: `${done.bad.message} ${WENT_BACK}` })
      continue
    }
    average?.update(state.now.step)
    const step = state.now.step + 1
    const finding = options.watches === false ? undefined : watches.observe({ ...done.observed, step, steps })
    state.now = { ...state.now, ...done.means, step, watches: watches.state() }
    if (finding?.kind === 'stop') return end('stopped', { code: finding.code, message: finding.message })
    if (finding) onNotice({ code: finding.code, message: finding.message })
    const measured = heldOut && step % heldOut.every === 0 ? heldOut.measure() : undefined
    if (measured) state.offer(measured.error)
    await control.tick({ ...done.report, step, steps, ...(measured && { heldOut: measured }) }, save)
  }
  save()
  return end('done')
}

const WENT_BACK = 'The run goes back to its last checkpoint and on with half the rate.'
const STOPPED = `It has gone back ${CHANCES} times with half the rate each, so it stops. A smaller rate, or other pictures, may help.`
const NOT_A_NUMBER: Problem = {
  code: 'not-a-number',
  message: 'The loss or a gradient is no finite number, so the step is not taken.',
}
const NORM_EXPLODED: Problem = {
  code: 'norm-exploded',
  message: 'The gradient is ten thousand times larger than it has been, so the step is not taken.',
}

interface Step {
  readonly bad?: Problem
  readonly means: { readonly loss: number; readonly norm: number; readonly peakNorm: number }
  readonly report: Omit<StepReport, 'step' | 'steps'>
  readonly observed: Partial<Observed>
}

/** A moving mean that is the plain one at first. */
function moved(mean: number | undefined, value: number, step: number): number {
  const share = Math.max(NEWEST, 1 / (step + 1))
  return mean === undefined ? value : (1 - share) * mean + share * value
}

/** One step; it leaves no tensor. The weights change only when loss and gradients are sound. */
function oneStep(options: LoopOptions, pass: RecordedBackward<Tensor>, now: LoopNumbers): Step {
  tf.engine().startScope()
  try {
    return takeStep(options, pass, now)
  } finally {
    tf.engine().endScope()
  }
}

function takeStep(options: LoopOptions, pass: RecordedBackward<Tensor>, now: LoopNumbers): Step {
  const { recipe, optimizer, rate, schedule, steps } = options
  const drawn = recipe.draw(now.step, now.batch)
  const { loss, norm, gradients, seen, dispose } =
    'inputs' in drawn ? pass(drawn.inputs()) : backward(recipe.variables, () => drawn.forward())
  try {
    const meanNorm = moved(now.norm, norm, now.step)
    const means = {
      loss: moved(now.loss, loss, now.step),
      norm: meanNorm,
      peakNorm: Math.max(now.peakNorm ?? 0, meanNorm),
    }
    const finite = Number.isFinite(loss) && Number.isFinite(norm)
    const exploded = now.step > WARM && norm > EXPLODED * now.peakNorm!
    const bad = !finite ? NOT_A_NUMBER : exploded ? NORM_EXPLODED : undefined
    if (bad) return { bad, means, report: { pictures: drawn.pictures }, observed: {} }
    const here = rate * now.rateScale * rateAt(schedule, now.step, steps)
    optimizer.step(gradients, here)
    const { report, observed = {} } = drawn.look(seen)
    return { means, report: { pictures: drawn.pictures, rate: here, ...report }, observed }
  } finally {
    dispose()
  }
}

/** Halves the batch. @throws AppError out-of-memory once it is at its least: another backend may do, in another process */
function lessMemory(state: LoopState, error: unknown): Problem {
  const batch = smallerBatch(state.now.batch)
  if (batch === undefined)
    throw new AppError('out-of-memory', 'The memory does not suffice for the smallest batch on this backend.', {
      cause: error,
    })
  state.now = { ...state.now, batch }
  return batchHalved(batch)
}
