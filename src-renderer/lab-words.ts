import type {
  Cell,
  Comparison,
  ComparisonPlan,
  ComparisonState,
  ComparisonSummary,
  LabData,
} from '../src-main/contract/lab.ts'
import { count, figure, timeLeft } from './figures.ts'
import type { Spread } from '../src-main/contract/lab-rows.ts'
import { capital, plural } from './words.ts'

export const COMPARISON_STATES: Record<
  ComparisonState,
  { readonly label: string; readonly tone: '' | 'accent' | 'same' | 'uncertain' | 'different' }
> = {
  waiting: { label: 'waiting', tone: 'uncertain' },
  preparing: { label: 'reading pictures', tone: 'accent' },
  running: { label: 'running', tone: 'accent' },
  pausing: { label: 'pausing', tone: 'accent' },
  paused: { label: 'paused', tone: 'uncertain' },
  interrupted: { label: 'interrupted', tone: 'uncertain' },
  done: { label: 'done', tone: 'same' },
  cancelled: { label: 'cancelled', tone: '' },
  failed: { label: 'failed', tone: 'different' },
}

const WORKING: readonly ComparisonState[] = ['waiting', 'preparing', 'running', 'pausing']
type Stated = Pick<ComparisonSummary, 'state'>
export const isAtWork = ({ state }: Stated) => WORKING.includes(state)
/** It goes on from where it was. */
export const canGoOn = ({ state }: Stated) => state === 'paused' || state === 'interrupted'

export const runsOf = (n: number) => `${count(n)} ${plural(n, 'run')}`
export const picturesOf = (n: number) => `${count(n)} ${plural(n, 'picture')}`
const classesOf = (n: number) => `${count(n)} ${plural(n, 'class', 'classes')}`

/** What a comparison does now, or what became of it and what can be done. */
export function comparisonWords({ state, done, cells }: ComparisonSummary): string {
  const at = `${count(done)} of ${runsOf(cells)}`
  switch (state) {
    case 'waiting':
      return 'It waits until another one has learned, and then begins by itself.'
    case 'preparing':
      return 'The pictures are read.'
    case 'running':
      return `It runs: ${at} ${done === 1 ? 'is' : 'are'} over.`
    case 'pausing':
      return 'It pauses once the run in work is saved.'
    case 'paused':
      return `It waits after ${at}. What is measured is kept.`
    case 'interrupted':
      return `It ended with its process after ${at}. What is measured is kept, and the run in work goes on from what was saved last.`
    case 'done':
      return `It is done: ${runsOf(cells)}.`
    case 'cancelled':
      return `It is cancelled after ${at}. What is measured is kept until it is deleted.`
    case 'failed':
      return `It ended after ${at}. What is measured is kept.`
  }
}

/** "run 5 of 18 · 3 min left" */
export function progressWords(now: ComparisonSummary): string {
  if (now.state === 'waiting') return 'waits until another one has learned'
  if (now.state === 'preparing') return now.read ? `${picturesOf(now.read)} read` : 'reading the pictures'
  const at = now.done < now.cells ? `run ${count(now.done + 1)} of ${count(now.cells)}` : `${runsOf(now.cells)} over`
  if (now.state === 'pausing') return `${at} · pausing`
  if (now.state !== 'running') return `${at} · ${COMPARISON_STATES[now.state].label}`
  return now.secondsLeft === undefined ? at : `${at} · ${timeLeft(now.secondsLeft)}`
}

/** Share of the work that is over; with `runs`, one that is under way counts by its steps. Undefined while pictures are read. */
export function comparisonShare(now: ComparisonSummary, runs: readonly Cell[] = [], steps = 1): number | undefined {
  if (now.cells === 0 || (now.state === 'preparing' && now.done === 0)) return undefined
  const under = runs.filter(({ state }) => state === 'running')
  const part = under.reduce((sum, { step }) => sum + Math.min(1, step / steps), 0)
  return Math.min(1, (now.done + part) / now.cells)
}

const LAYOUTS: Record<LabData['layout'], string> = {
  folders: 'A sub-folder for each class.',
  parts: 'A sub-folder for each class, within train and test.',
  idx: 'Files in the format of MNIST.',
}
export const layoutWords = ({ layout }: LabData) => LAYOUTS[layout]

/** "10 classes, 60,000 pictures to learn from, 10,000 of the set’s own for the test" */
export function dataWords({ classes, pictures, test }: LabData): string {
  const own = test > 0 ? `, and ${count(test)} that the set keeps for the test` : ''
  return `${classesOf(classes.length)}, ${picturesOf(pictures)}${test > 0 ? ' to learn from' : ''}${own}.`
}

/** What the error is measured on, before it is. */
export function measuredWords({ test }: LabData, heldOut: number): string {
  return test > 0
    ? `The error is measured on the ${picturesOf(test)} that the set keeps for the test. No training sees them.`
    : `The error is measured on ${Math.round(heldOut * 100)} % of each class, drawn once. No training sees them.`
}

/** "3 losses × 2 networks × 2 seeds": what is there once is left out. */
export function timesWords(plan: ComparisonPlan): string {
  const factors: [number, string, string?][] = [
    [plan.losses.length, 'loss', 'losses'],
    [plan.networks.length, 'network'],
    [plan.methods.length, 'method'],
    [plan.dimensions.length, 'embedding size'],
    [plan.seeds, 'seed'],
  ]
  return factors
    .filter(([n], at) => n !== 1 || at < 2)
    .map(([n, one, many]) => `${count(n)} ${plural(n, one, many)}`)
    .join(' × ')
}

/** Points of a hundred with one digit, below one in a hundred with two, with their sd over the seeds. */
export function spreadText({ mean, sd }: Spread): { readonly mean: string; readonly sd: string } {
  const digits = mean < 0.00995 && mean > 0 ? 2 : 1
  const text = (share: number) => (share * 100).toFixed(digits)
  return { mean: `${text(mean)}\u00a0%`, sd: sd === undefined ? '' : `± ${text(sd)}` }
}

/** "1.2 M", "84 k" */
export function large(n: number): string {
  if (n >= 999_500) return `${figure(n / 1e6)}\u00a0M`
  return n >= 1000 ? `${figure(n / 1000)}\u00a0k` : count(n)
}
export const millions = (n: number) => `${figure(n / 1e6)}\u00a0M`

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}\u00a0s`
  if (seconds < 90) return `${Math.round(seconds)}\u00a0s`
  return seconds < 5400 ? `${Math.round(seconds / 60)}\u00a0min` : `${(seconds / 3600).toFixed(1)}\u00a0h`
}

export const sizeWords = (dimensions: number | null) => (dimensions === null ? 'own' : count(dimensions))

/** "10 labelled pictures of 10 classes, 59,900 without names; 28 × 28, grey" */
export function factsWords(facts: NonNullable<Comparison['facts']>): string {
  const unlabelled = facts.unlabelled > 0 ? ` and ${count(facts.unlabelled)} without names` : ''
  const lost = facts.lost > 0 ? ` ${capital(picturesOf(facts.lost))} cannot be read.` : ''
  return `It learns from ${count(facts.labelled)} labelled ${plural(facts.labelled, 'picture')} of ${classesOf(facts.classes)}${unlabelled}, ${facts.width} × ${facts.height} pixels, ${facts.channels === 1 ? 'grey' : 'in colour'}.${lost}`
}
