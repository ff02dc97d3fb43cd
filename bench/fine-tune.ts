import { readFileSync } from 'node:fs'
import type { EngineApi } from '../src-main/contract/engine-api.ts'
import { openBackbone } from '../src-main/engine/backbones.ts'
import type { Backbone } from '../src-main/engine/backbone.ts'
import { featuresUnder, tuneBackbone } from '../src-main/engine/fine-tuning/tune-backbone.ts'
import { advise } from '../src-main/engine/heads/advise.ts'
import { applyHeadTo } from '../src-main/engine/heads/data.ts'
import { unwatched } from '../src-main/engine/heads/fit.ts'
import { matrix, pick } from '../src-main/engine/heads/matrix.ts'
import { shippedChampion } from '../src-main/engine/heads/shipped.ts'
import { trainHead } from '../src-main/engine/heads/train-head.ts'
import { resourcesFolder } from '../src-main/core/places.ts'
import { every100, onEngine } from './engine.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { grocerySet } from './grocery-semi.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { percent, signed } from './words.ts'
import { learnedFrom, rank1, semiDraw, split, type Outcome as HeadAlone, type SemiSet, type Variant } from './semi.ts'

const DRAWS = 3
const VARIANT: Variant = { name: 'one photo a product', reference: 'photo' }
/** The first learns nothing: what the views drawn from crops, instead of from whole pictures, make of the head alone. */
const CASES = [
  { name: 'no step', blocks: 1, steps: 0 },
  { name: 'last block', blocks: 1 },
  { name: 'last 2 blocks', blocks: 2 },
] as const

interface Outcome {
  readonly after: number
  readonly passes: boolean
  readonly seconds: number
}

/** The backbone's last blocks fine-tuned, beside the head alone on the same draws of grocery-semi: rank-1 on the other half. */
export async function fineTuneBench(options: BenchOptions): Promise<void> {
  const backend = options.backend ?? 'tfjs-node'
  const { set, paths } = await grocerySet(backend)
  const backbone = await openBackbone(resourcesFolder, 'object')
  const crops = await onEngine(backend, (engine) => cropsOf(engine, paths))
  const seeds = Array.from({ length: options.draws ?? DRAWS }, (_, i) => (options.seed ?? 0) + i)
  const alone: HeadAlone[] = []
  for (const seed of seeds) {
    const outcome = await semiDraw(set, VARIANT, seed)
    alone.push(outcome)
    console.error(`seed ${seed}: ${outcome.before.toFixed(1)} → ${outcome.after.toFixed(1)} % by the head alone`)
  }
  const figures: Figure[] = [
    { name: 'rank-1 before', unit: '%', values: alone.map(({ before }) => before) },
    { name: 'rank-1, head alone', unit: '%', values: alone.map(({ after }) => after) },
  ]
  for (const { name, blocks, ...own } of CASES) {
    const outcomes: Outcome[] = []
    for (const seed of seeds) {
      const outcome = await tunedDraw(set, backbone, crops, { seed, blocks, steps: options.steps, ...own })
      outcomes.push(outcome)
      const { after, passes, seconds } = outcome
      console.error(
        `seed ${seed}, ${name}: ${after.toFixed(1)} %; gate ${passes ? 'passes' : 'refuses'}; ${seconds.toFixed(0)} s`,
      )
    }
    figures.push(
      { name: `rank-1, ${name}`, unit: '%', values: outcomes.map(({ after }) => after) },
      {
        name: `${name}: change beside the head alone`,
        unit: 'points',
        values: outcomes.map(({ after }, i) => after - alone[i]!.after),
      },
      { name: `${name}: gate passes (1) or refuses (0)`, unit: '', values: outcomes.map((one) => Number(one.passes)) },
      { name: `${name}: time of a run`, unit: 's', values: outcomes.map(({ seconds }) => seconds) },
    )
  }
  const command = `npm run bench -- fine-tune --draws ${seeds.length}${options.steps === undefined ? '' : ` --steps ${options.steps}`}`
  writeResults(
    'fine-tune',
    figures.map((figure) => ({ ...figure, backend, seeds })),
    command,
    finding(figures),
  )
}

/** What fine-tuning adds to the head alone, and how much of that is not its own. */
export function finding(figures: readonly Pick<Figure, 'name' | 'values'>[]): string {
  const of = (name: string) => figures.find((one) => one.name === name)!.values
  const [views, ...tuned] = CASES.map(({ name }) => ({ name, change: of(`${name}: change beside the head alone`) }))
  const told = tuned.map(({ name, change }) => {
    const above = change.filter((value, i) => value > views!.change[i]!).length
    return `the ${name} ${signed(mean(change))} points, above that in ${above} of ${change.length} draws`
  })
  return [
    `The texts train the last layers of a network that was trained elsewhere, or all of it, and ask whether that is better. Beside the head alone (${percent(mean(of('rank-1, head alone')))} of photos right) the views that fine-tuning draws from crops change ${signed(mean(views!.change))} points without a step;`,
    `${told.join('; ')}.`,
    'So few draws do not tell a gain of this size from chance. Rate, decay and steps were never tuned, and the whole network was not fine-tuned.',
  ].join(' ')
}

async function tunedDraw(
  set: SemiSet,
  backbone: Backbone,
  crops: readonly Uint8Array[],
  { seed, blocks, steps }: { readonly seed: number; readonly blocks: number; readonly steps: number | undefined },
): Promise<Outcome> {
  const { table } = set
  const drawn = split(set, VARIANT, seed)
  const { folder, labels, data } = learnedFrom(set, drawn)
  const embeddings = pick(table.embeddings, folder)
  const references = pick(table.embeddings, drawn.references)
  const together = (which: readonly number[]) => Buffer.concat(which.map((i) => crops[i]!))
  const began = performance.now()
  const own = { photos: together(folder), references: together(drawn.references) }
  const config = { recipe: 'fine-tune', seed, blocks, ...(steps !== undefined && { steps }) } as const
  const { data: tuned, weights } = await tuneBackbone(data, backbone, own, config, unwatched, {
    onNotice: ({ message }) => console.error(message),
    onDone: () => console.error(`learned in ${((performance.now() - began) / 1000).toFixed(0)} s`),
  })
  const { recipe } = advise(embeddings, references, labels, labels.length)
  const live = { ...shippedChampion(set.shipped, embeddings, references), rows: data }
  const { head, gate } = await trainHead(tuned, { recipe, seed }, unwatched, live)
  const seconds = (performance.now() - began) / 1000
  const asked = drawn.probes.filter(({ label }) => label >= 0)
  const probes = { photos: together(asked.map(({ row }) => row)), references: new Uint8Array() }
  const parts = { network: backbone.name, parent: backbone.sha256, weights }
  const { photos } = featuresUnder(backbone, parts, probes, 0)
  const stands = head.prototypes
    ? matrix(labels.length, head.dimensions, head.prototypes.vectors)
    : applyHeadTo(head, tuned.references)
  const after = rank1(
    applyHeadTo(head, photos),
    stands,
    labels,
    asked.map(({ label }) => label),
  )
  return { after, passes: gate.passes, seconds }
}

async function cropsOf(engine: EngineApi, paths: readonly string[]): Promise<Uint8Array[]> {
  const progress = every100('crops')
  const all: Uint8Array[] = []
  for (const path of paths) {
    const source = { name: 'picture', bytes: readFileSync(path) }
    all.push((await engine.crops({ source, profile: 'object' })).crops[0]!)
    progress(all.length, paths.length)
  }
  return all
}
