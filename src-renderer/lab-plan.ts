import { METHODS, type ComparisonPlan, type LabData } from '../src-main/contract/lab.ts'
import { count } from './figures.ts'
import { picturesOf } from './lab-words.ts'

/** What the form begins with: few enough runs to see within minutes how it goes. */
export const FIRST_PLAN: ComparisonPlan = {
  losses: ['distance-ratio', 'softmax'],
  networks: ['neighbor-mnist', 'residual'],
  methods: ['direct'],
  dimensions: [null],
  seeds: 3,
  steps: 300,
  batch: 64,
  labelled: null,
  heldOut: 0.3,
}
export const SIZES = [null, 64, 128, 256, 512] as const

export const runsOfPlan = ({ losses, networks, methods, dimensions, seeds }: ComparisonPlan) =>
  losses.length * networks.length * methods.length * dimensions.length * (Number.isFinite(seeds) ? seeds : 0)

/** Of each class, at least so many pictures are left to learn from once the test has its share. */
export function leastToLearn({ classes, test }: LabData, heldOut: number): { name: string; pictures: number } {
  const left = classes.map(({ name, pictures }) => ({
    name,
    pictures: test > 0 ? pictures : pictures - Math.max(1, Math.round(pictures * heldOut)),
  }))
  return left.reduce((least, each) => (each.pictures < least.pictures ? each : least))
}

const MOST_RUNS = 2000

export type Faults = Readonly<Partial<Record<keyof ComparisonPlan, string>>>

const whole = (n: number, low: number, high: number) =>
  Number.isInteger(n) && n >= low && n <= high ? undefined : `A whole number from ${count(low)} to ${count(high)}.`

/** What keeps the plan from being run, in words, by the field that changes it. */
export function faultsOf(plan: ComparisonPlan, data: LabData | undefined): Faults {
  const faults: Partial<Record<keyof ComparisonPlan, string | undefined>> = {
    losses: plan.losses.length ? undefined : 'Choose at least one loss.',
    networks: plan.networks.length ? undefined : 'Choose at least one network.',
    methods: methodFault(plan),
    dimensions: plan.dimensions.length ? undefined : 'Choose at least one size.',
    seeds: whole(plan.seeds, 1, 20),
    steps: whole(plan.steps, 1, 1_000_000),
    batch: whole(plan.batch, 8, 1024),
    labelled: plan.labelled === null ? undefined : whole(plan.labelled, 1, 100_000),
    heldOut:
      data?.test || (plan.heldOut >= 0.05 && plan.heldOut <= 0.9) ? undefined : 'A share from 5 to 90 in a hundred.',
  }
  if (data && plan.labelled !== null && !faults.labelled && !faults.heldOut) {
    const { name, pictures } = leastToLearn(data, plan.heldOut)
    if (plan.labelled > pictures)
      faults.labelled = `Class “${name}” has ${picturesOf(pictures)} to learn from. Choose ${count(Math.max(1, pictures))} or fewer.`
  }
  const runs = runsOfPlan(plan)
  if (runs > MOST_RUNS) faults.seeds ??= `These are ${count(runs)} runs. A comparison has ${count(MOST_RUNS)} at most.`
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault))
}

function methodFault({ methods, labelled }: ComparisonPlan): string | undefined {
  if (methods.length === 0) return 'Choose at least one method.'
  const needy = METHODS.find(({ name }) => name !== 'direct' && methods.includes(name))
  if (!needy || labelled !== null) return undefined
  return `${needy.title} learns from pictures without names: let only some of each class keep theirs, below.`
}
