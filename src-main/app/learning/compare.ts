import type { GateFigures, HeldOut } from '../../contract/trainer-api.ts'
import type { Comparison, Evidence } from '../../contract/types.ts'
import { comparedErrors, errorRate } from '../evaluation/paired.ts'
import { equalErrorWithInterval } from './equal-error.ts'

type Compared = Omit<Comparison, 'changes'>

/** Trials from which labelled evidence is strong, and from which it is moderate. */
const STRONG = 200
const MODERATE = 60
/** The paired test finds a difference where chance would make one as large in fewer than one of twenty trials. */
const LEVEL = 0.05
const SEEDED = { seed: 1 }

export interface Facts {
  readonly champion: string
  /** Identity and name of each class. */
  readonly classes: readonly { readonly id: string; readonly name: string }[]
  readonly heldOut: HeldOut
  readonly gate?: GateFigures | undefined
  readonly ms: { readonly champion: number; readonly challenger: number }
  /** What was held out with its label, in the plural; samples of the gallery without it. */
  readonly held?: string
}

/** A challenger beside the champion on what was held out of training, with what is to be thought of it. */
export function compare({ champion, classes, heldOut, gate, ms, held }: Facts): Compared {
  const { truth, answered } = heldOut
  const trials = Array.from(truth, (label, trial) => ({
    identity: classes[label]!.id,
    label,
    wrongBefore: answered[2 * trial] !== label,
    wrongAfter: answered[2 * trial + 1] !== label,
  }))
  const difference = comparedErrors(trials, SEEDED)
  const rate = (wrong: (trial: (typeof trials)[number]) => boolean) =>
    errorRate(
      trials.map((trial) => ({ identity: trial.identity, wrong: wrong(trial) })),
      SEEDED,
    )
  const evidence = evidenceOf(heldOut, gate, held)
  const { verdict, reason } = judge(difference, evidence)
  return {
    champion: {
      model: champion,
      error: rate((trial) => trial.wrongBefore),
      eer: equalErrorWithInterval(heldOut.genuine.before, heldOut.impostor.before),
      msPerPicture: ms.champion,
    },
    challenger: {
      model: '',
      error: rate((trial) => trial.wrongAfter),
      eer: equalErrorWithInterval(heldOut.genuine.after, heldOut.impostor.after),
      msPerPicture: ms.challenger,
    },
    difference,
    evidence,
    worse: worseOf(classes, trials),
    verdict,
    reason,
  }
}

function evidenceOf(heldOut: HeldOut, gate: GateFigures | undefined, held = 'samples of the gallery'): Evidence {
  const trials = heldOut.truth.length
  const shown = gate && {
    gate: { agreement: gate.agreement, occupancy: gate.occupancy, views: gate.views, passes: gate.passes },
  }
  if (heldOut.kind === 'labelled') {
    const strength = trials >= STRONG ? 'strong' : trials >= MODERATE ? 'moderate' : 'weak'
    const words = `${trials} ${held} were kept out of training and asked of both models.`
    return { kind: 'labelled', strength, words, ...shown }
  }
  return {
    kind: 'gate',
    strength: gate?.passes ? 'moderate' : 'weak',
    words:
      gate?.words ??
      `${trials} random views of the references were kept out of training and asked of both models. Views are easier than new photos.`,
    ...shown,
  }
}

function judge(difference: Comparison['difference'], { kind, gate }: Evidence): Pick<Compared, 'verdict' | 'reason'> {
  const proven = difference.p < LEVEL
  const points = (Math.abs(difference.value) * 100).toFixed(1)
  const p = difference.p < 0.001 ? 'p < 0.001' : `p = ${difference.p.toFixed(3)}`
  if (proven && difference.value > 0)
    return { verdict: 'worse', reason: `It makes ${points} points more errors on what was held out (${p}).` }
  if (kind === 'gate') {
    if (gate?.passes)
      return {
        verdict: 'better',
        reason:
          'On photos kept out of training, neighbours agree more about who they show, all identities stay in use, and views ' +
          'of the references are still recognised. Without labels this gives the sign of the change, not its size.',
      }
    return { verdict: 'not-better', reason: gateReason(gate) }
  }
  if (proven)
    return { verdict: 'better', reason: `It makes ${points} points fewer errors on what was held out (${p}).` }
  return {
    verdict: 'not-better',
    reason: `The difference of ${points} points on what was held out may be chance (${p}).`,
  }
}

function gateReason(gate: Evidence['gate']): string {
  if (!gate) return 'Too little was held out to tell whether it is better.'
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  if (gate.views.after < gate.views.before)
    return `Views of the references are recognised less often: ${percent(gate.views.after)} instead of ${percent(gate.views.before)}.`
  return 'On photos kept out of training, neighbours do not agree more about who they show, or fewer identities are in use.'
}

/** Identities with more errors than before, the worst first. */
function worseOf(
  classes: Facts['classes'],
  trials: readonly { readonly label: number; readonly wrongBefore: boolean; readonly wrongAfter: boolean }[],
): Comparison['worse'] {
  const counts = classes.map(() => ({ trials: 0, before: 0, after: 0 }))
  for (const { label, wrongBefore, wrongAfter } of trials) {
    const count = counts[label]!
    count.trials++
    count.before += Number(wrongBefore)
    count.after += Number(wrongAfter)
  }
  return classes
    .map(({ id, name }, label) => {
      const { trials, before, after } = counts[label]!
      return { identityId: id, name, before: before / Math.max(1, trials), after: after / Math.max(1, trials) }
    })
    .filter((one) => one.after > one.before)
    .sort((a, b) => b.after - b.before - (a.after - a.before))
}
