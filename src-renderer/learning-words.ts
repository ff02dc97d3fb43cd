import type {
  Comparison,
  Evidence,
  Forecast,
  LearnedModel,
  Recipe,
  Run,
  RunState,
  TriageKind,
} from '../src-main/contract/types.ts'
import { count, figure, percent, rateText, timeLeft } from './figures.ts'
import { plural } from './words.ts'

/** What a photo of a folder is, as the counts list it and as one sentence says it. */
export const KINDS: Record<TriageKind, { readonly label: string; readonly means: string }> = {
  usable: { label: 'Usable', means: 'Photos that may show one of the identities; training learns from them.' },
  'near-duplicate': { label: 'Near-duplicates', means: 'Photos that nearly repeat another one; the other one counts.' },
  stranger: {
    label: 'None of your identities',
    means: 'Photos that look like no identity of the gallery; they weigh less in training.',
  },
  'recurring-unknown': {
    label: 'Recurring unknowns',
    means: 'Photos that show one and the same unknown several times; a name makes it an identity.',
  },
  unreadable: {
    label: 'Unreadable',
    means: 'Files that cannot be read, each with its reason; nothing is done with them.',
  },
  enrolled: { label: 'Already enrolled', means: 'Photos that are samples of the gallery, or nearly so.' },
}

export const RECIPE_WORDS: Record<Recipe, { readonly label: string; readonly means: string }> = {
  whiten: {
    label: 'Closed form',
    means: 'Evens out how views of one photo differ; the nearest reference answers. Seconds.',
  },
  propagate: {
    label: 'Closed form, then names spread',
    means: 'Names spread from each reference along photos that look alike. For references like the folder’s photos.',
  },
  cluster: {
    label: 'Closed form, then soft clusters',
    means: 'Each reference gathers the photos around it. For few identities, and for references of another kind.',
  },
  'distance-ratio': {
    label: 'Trained linear head',
    means: 'Distance ratio on the references, minimum entropy and balance on the folder.',
  },
  'hidden-layer': { label: 'Trained head with one hidden layer', means: 'As the linear head, with room for bends.' },
  'fine-tune': {
    label: 'Fine-tuned network',
    means:
      'The last blocks of the network itself learn too, or all of it, at a small rate. By far the slowest; what it brings beside a head is not known beforehand.',
  },
  scratch: { label: 'A network from scratch', means: 'A whole network on a folder with a sub-folder for each class.' },
}

export const RUN_STATES: Record<
  RunState,
  { readonly label: string; readonly tone: '' | 'accent' | 'same' | 'uncertain' | 'different' }
> = {
  preparing: { label: 'reading pictures', tone: 'accent' },
  running: { label: 'running', tone: 'accent' },
  pausing: { label: 'pausing', tone: 'accent' },
  paused: { label: 'paused', tone: 'uncertain' },
  interrupted: { label: 'interrupted', tone: 'uncertain' },
  evaluating: { label: 'comparing', tone: 'accent' },
  done: { label: 'done', tone: 'same' },
  stopped: { label: 'stopped', tone: 'different' },
  cancelled: { label: 'cancelled', tone: '' },
  failed: { label: 'failed', tone: 'different' },
}

/** What a run does now, or what became of it and what can be done. */
export function runWords(run: Run): string {
  const at = `step ${count(run.step)} of ${count(run.steps)}`
  switch (run.state) {
    case 'preparing':
      return 'The pictures are read and what the network sees in them is kept.'
    case 'running':
      return `It runs: ${at}.`
    case 'pausing':
      return 'It pauses after the step in work.'
    case 'paused':
      return `It waits at ${at}. What it has learned is kept.`
    case 'interrupted':
      return `It ended with its process at ${at}. It goes on from what was saved last.`
    case 'evaluating':
      return 'The new model is compared with the live one on held-out evidence.'
    case 'done':
      if (run.config.recipe === 'scratch')
        return `It is done. Its network is among the models of “${run.profileName ?? 'its profile'}”.`
      return run.model ? 'It is done. Its model is a challenger: the live model is not changed.' : 'It is done.'
    case 'stopped':
      return `A watch stopped it at ${at}. The live model is not changed.`
    case 'cancelled':
      return `It is cancelled at ${at}. What was saved last is kept until the run is deleted.`
    case 'failed':
      return `It ended at ${at}. The live model is not changed.`
  }
}

export const runShare = (run: Run) => (run.steps > 0 ? Math.min(1, run.step / run.steps) : undefined)

export function ago(seconds: number): string {
  if (seconds < 2) return 'just now'
  if (seconds < 90) return `${Math.round(seconds)} s ago`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86400)} days ago`
}

/** "step 24,800 · 790 pictures/s · 6 min left · saved 20 s ago" @param now milliseconds, as `savedAt` */
export function stripWords(run: Run, now: number): string {
  const parts = run.state === 'preparing' ? [] : [`step ${count(run.step)}`]
  if (run.state === 'preparing') parts.push('reading the pictures')
  if (run.state === 'evaluating') parts.push('comparing with the live model')
  if (run.state === 'pausing') parts.push('pausing after this step')
  if (run.state === 'paused' || run.state === 'interrupted') parts.push(RUN_STATES[run.state].label)
  const moving = run.state === 'running' || run.state === 'preparing'
  if (moving && run.rate !== undefined) parts.push(rateText(run.rate))
  if (moving && run.secondsLeft !== undefined) parts.push(timeLeft(run.secondsLeft))
  if (run.savedAt !== undefined) parts.push(`saved ${ago((now - run.savedAt) / 1000)}`)
  return parts.join(' · ')
}

export const VERDICTS: Record<
  Comparison['verdict'],
  { readonly says: (than: string) => string; readonly tone: string }
> = {
  better: { says: (than) => `Better than ${than}`, tone: 'same' },
  'not-better': { says: (than) => `Not better than ${than}`, tone: 'uncertain' },
  worse: { says: (than) => `Worse than ${than}`, tone: 'different' },
}

export const MODEL_STATES: Record<LearnedModel['state'], { readonly label: string; readonly tone: string }> = {
  live: { label: 'live', tone: 'same' },
  challenger: { label: 'challenger', tone: 'accent' },
  kept: { label: 'kept', tone: '' },
  retired: { label: 'was live', tone: '' },
  discarded: { label: 'discarded', tone: '' },
}

export const MODEL_KINDS: Record<LearnedModel['kind'], string> = {
  shipped: 'comes with the app',
  head: 'a head on the shipped network',
  'fine-tuned': 'the shipped network, fine-tuned',
  network: 'a network of its own',
}

export const STRENGTHS: Record<Evidence['strength'], { readonly label: string; readonly tone: string }> = {
  strong: { label: 'strong evidence', tone: 'same' },
  moderate: { label: 'moderate evidence', tone: 'uncertain' },
  weak: { label: 'weak evidence', tone: 'different' },
}

export const FORECASTS: Record<Forecast['verdict'], { readonly says: string; readonly tone: string }> = {
  gain: { says: 'A gain is likely', tone: 'same' },
  harm: { says: 'Harm is likely', tone: 'different' },
  undecided: { says: 'Undecided', tone: 'uncertain' },
}

/** With its sign: "+3.1", "−0.6". */
export const signed = (n: number) => `${n < 0 ? '−' : n > 0 ? '+' : '±'}${figure(Math.abs(n))}`

/** Points of a hundred, with their sign and one digit: "−8.8". */
export const points = (fraction: number) => {
  const n = Math.round(fraction * 1000) / 10
  return `${n < 0 ? '−' : n > 0 ? '+' : '±'}${Math.abs(n).toFixed(1)}`
}

/** "2.1–3.7 %" */
export const interval = (low: number, high: number) => `${percent(low).replace('\u00a0%', '')}–${percent(high)}`

/** A probability as people count: "about 6 in 10". */
export function oddsWords(p: number): string {
  if (p >= 0.995) return 'nearly certain'
  if (p < 0.05) return 'less than 1 in 20'
  const tenths = Math.round(p * 10)
  if (tenths >= 10) return 'more than 19 in 20'
  return `about ${Math.max(1, tenths)} in 10`
}

/** The p of a paired test in words. */
export function chanceWords(p: number): string {
  if (p < 0.001) return 'Were the two equally good, a difference like this would come up less than once in 1,000 times.'
  if (p > 0.95) return 'In the paired test the two answer alike.'
  const times =
    p < 0.1 ? `about ${count(p * 1000)} times in 1,000` : `about ${Math.max(1, Math.round(p * 100))} times in 100`
  return `Were the two equally good, a difference like this would come up ${times}.`
}

export const photosOf = (n: number) => `${count(n)} ${plural(n, 'photo')}`
