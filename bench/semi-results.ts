import type { BackendName } from '../src-main/contract/types.ts'
import { semiDraw, type Outcome, type SemiSet, type Variant } from './semi.ts'
import { keptOutcome, outcomeKey } from './semi-kept.ts'
import type { Figure } from './results.ts'
import type { BenchOptions } from './options.ts'

const DRAWS = 10

/** Runs every variant in every draw, says each as it comes, and gives the figures. */
export async function semiFigures(
  set: SemiSet,
  variants: readonly Variant[],
  goals: Readonly<Record<string, number>>,
  { draws = DRAWS, seed = 0, steps }: Pick<BenchOptions, 'draws' | 'seed' | 'steps'>,
  backend: BackendName,
): Promise<Figure[]> {
  const figures: Figure[] = []
  const judged: Outcome[] = []
  for (const variant of variants) {
    const outcomes: Outcome[] = []
    for (let draw = 0; draw < draws; draw++) {
      const { table, views, profile } = set
      const key = outcomeKey(table.model, profile, table.features.rows, views, backend, variant, seed + draw, steps)
      const outcome = await keptOutcome(key, () => semiDraw(set, variant, seed + draw, steps))
      outcomes.push(outcome)
      console.error(line(variant.name, seed + draw, outcome))
    }
    judged.push(...outcomes)
    figures.push(...figuresOf(variant, outcomes, goals[variant.name]))
  }
  figures.push({ name: 'gate: harmful heads let through', unit: 'draws', values: [count(judged, true, false)] })
  figures.push({ name: 'gate: good heads refused', unit: 'draws', values: [count(judged, false, true)] })
  const seeds = Array.from({ length: draws }, (_, i) => seed + i)
  return figures.map((figure) => ({ ...figure, backend, seeds }))
}

function count(outcomes: readonly Outcome[], passes: boolean, good: boolean): number {
  return outcomes.filter((one) => one.passes === passes && (good ? one.after > one.before : one.after < one.before))
    .length
}

function figuresOf({ name }: Variant, outcomes: readonly Outcome[], goal: number | undefined): Figure[] {
  const of = (what: string, unit: string, value: (outcome: Outcome) => number): Figure => ({
    name: `${name}: ${what}`,
    unit,
    values: outcomes.map(value),
  })
  const recipes = [...new Set(outcomes.map(({ recipe }) => recipe))].join(', ')
  return [
    of('rank-1 before', '%', ({ before }) => before),
    {
      ...of(`rank-1 after, recipe chosen: ${recipes}`, '%', ({ after }) => after),
      reference: goal === undefined ? null : { what: 'goal', value: goal },
    },
    of('change, each draw', 'points', ({ before, after }) => after - before),
    {
      name: `${name}: worst draw's change`,
      unit: 'points',
      values: [Math.min(...outcomes.map((one) => one.after - one.before))],
    },
    ...(outcomes[0]?.auroc === undefined
      ? []
      : [of('AUROC of "none of your identities"', '', ({ auroc }) => auroc ?? Number.NaN)]),
    of('gate passes (1) or refuses (0), each draw', '', ({ passes }) => Number(passes)),
    of(
      'gate: rise of agreement × occupancy',
      'points',
      ({ agreement, occupancy }) => 100 * (agreement[1] * occupancy[1] - agreement[0] * occupancy[0]),
    ),
    of('gate: change of views recognised', 'points', ({ views }) => 100 * (views[1] - views[0])),
    of('time of a fit', 's', ({ seconds }) => seconds.fit),
  ]
}

function line(name: string, seed: number, { before, after, auroc, recipe, passes, seconds }: Outcome): string {
  const known = auroc === undefined ? '' : `, AUROC ${auroc.toFixed(3)}`
  const verdict = `gate ${passes ? 'passes' : 'refuses'}`
  return `${name}, seed ${seed}: ${before.toFixed(1)} → ${after.toFixed(1)} % by ${recipe}${known}; ${verdict}; fit ${seconds.fit.toFixed(1)} s, gate ${seconds.gate.toFixed(1)} s`
}
