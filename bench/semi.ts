import { advise } from '../src-main/engine/heads/advise.ts'
import { applyHeadTo, type HeadData } from '../src-main/engine/heads/data.ts'
import { unwatched } from '../src-main/engine/heads/fit.ts'
import type { HeadPart } from '../src-main/engine/heads/head.ts'
import { matrix, pick, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { propagate } from '../src-main/engine/heads/propagate.ts'
import { shippedChampion } from '../src-main/engine/heads/shipped.ts'
import { knownness, ranked } from '../src-main/engine/heads/strangers.ts'
import { trainHead } from '../src-main/engine/heads/train-head.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import type { Profile } from '../src-main/contract/types.ts'
import type { FeatureTable } from './features.ts'

/** Rows of a feature table by class; `iconic` is a class's picture of another kind. */
export interface SemiSet {
  readonly profile: Profile
  readonly table: FeatureTable
  readonly shipped: readonly HeadPart[]
  readonly views: number
  readonly classes: readonly { readonly photos: readonly number[]; readonly iconic?: number }[]
}

export interface Variant {
  readonly name: string
  readonly reference: 'photo' | 'iconic'
  /** Classes that are not enrolled and whose photos stay in the folder. */
  readonly strangers?: number
  /** Only so many classes, in the folder too. */
  readonly only?: number
}

/** One draw: rank-1 on photos that nothing was learned from, in percent, and what the gate said without labels. */
export interface Outcome {
  readonly before: number
  readonly after: number
  readonly auroc: number | undefined
  readonly recipe: string
  readonly passes: boolean
  readonly agreement: readonly [number, number]
  readonly occupancy: readonly [number, number]
  readonly views: readonly [number, number]
  readonly seconds: { readonly fit: number; readonly gate: number }
}

/**
 * Half of the photos of each class are the unlabelled folder, the other half are asked; one reference a class is a photo of the
 * folder or its iconic picture. Nothing is chosen by a label of either half: the recipe is the app's own advice.
 */
export async function semiDraw(set: SemiSet, variant: Variant, seed: number, steps?: number): Promise<Outcome> {
  const { table } = set
  const drawn = split(set, variant, seed)
  const rows = (which: readonly number[]) => pick(table.features, which)
  const { folder, labels, data } = learnedFrom(set, drawn)
  const embeddings = pick(table.embeddings, folder)
  const references = pick(table.embeddings, drawn.references)
  const champion = shippedChampion(set.shipped, embeddings, references)
  const { recipe } = advise(embeddings, references, labels, labels.length)
  const config = { recipe, seed, ...(steps !== undefined && { steps }) }
  const { head, gate, timings } = await trainHead(data, config, unwatched, champion)

  const asked = drawn.probes.filter(({ label }) => label >= 0)
  const truth = asked.map(({ row: at, label }) => (table.found[at] ? label : -2))
  const probes = asked.map(({ row: at }) => at)
  const stands = head.prototypes
    ? matrix(labels.length, head.dimensions, head.prototypes.vectors)
    : applyHeadTo(head, data.references)
  const place = (which: readonly number[]) => applyHeadTo(head, rows(which))
  return {
    before: rank1(pick(table.embeddings, probes), references, labels, truth),
    after: rank1(place(probes), stands, labels, truth),
    auroc: variant.strangers ? strangersFound() : undefined,
    recipe,
    passes: gate.passes,
    agreement: [gate.agreement.before, gate.agreement.after],
    occupancy: [gate.occupancy.before, gate.occupancy.after],
    views: [gate.views.before, gate.views.after],
    seconds: { fit: timings.fit / 1000, gate: timings.gate / 1000 },
  }

  function strangersFound(): number {
    const photos = applyHeadTo(head, data.photos)
    const { mass } = propagate(photos, applyHeadTo(head, data.references), labels, labels.length)
    const known = knownness(place(probes), photos, mass)
    const others = drawn.probes.filter(({ label, row: at }) => label < 0 && table.found[at])
    const unknown = knownness(place(others.map(({ row: at }) => at)), photos, mass)
    return auroc(known, unknown)
  }
}

/** What a draw may learn from: rows of the folder that show something, classes of the references, and their features. */
export function learnedFrom({ table, profile, views }: SemiSet, drawn: Split) {
  const rows = (which: readonly number[]) => pick(table.features, which)
  const viewsOf = (which: readonly number[]) =>
    pick(
      table.views,
      which.flatMap((i) => Array.from({ length: views }, (_, v) => i * views + v)),
    )
  const folder = drawn.folder.filter((i) => table.found[i])
  const labels = Int32Array.from(drawn.references, (_, label) => label)
  const data: HeadData = {
    profile,
    base: table.model,
    parts: table.parts,
    photos: rows(folder),
    photoViews: viewsOf(folder),
    references: rows(drawn.references),
    referenceViews: viewsOf(drawn.references),
    labels,
    identities: drawn.references.map((_, label) => `class ${label}`),
    weights: new Float32Array(folder.length).fill(1),
    cannotLink: [],
    mustLink: [],
  }
  return { folder, labels, data }
}

export interface Split {
  readonly folder: number[]
  /** One row a class, in the order of labels. */
  readonly references: number[]
  /** Label −1 for a class that is not enrolled. */
  readonly probes: { readonly row: number; readonly label: number }[]
}

export function split({ classes, table }: SemiSet, { reference, strangers = 0, only }: Variant, seed: number): Split {
  const random = createRandom(1000 + seed)
  const order = [...random.permutation(classes.length)]
  const enrolled = order.slice(strangers, only === undefined ? undefined : strangers + only)
  const present = only === undefined ? order : enrolled
  const out: Split = { folder: [], references: [], probes: [] }
  const label = new Map(enrolled.map((one, i) => [one, i]))
  for (const one of present) {
    const { photos, iconic } = classes[one]!
    const mixed = [...random.permutation(photos.length)].map((i) => photos[i]!)
    const half = Math.floor(mixed.length / 2)
    const folder = mixed.slice(0, half)
    const usable = folder.filter((i) => table.found[i])
    const chosen = reference === 'iconic' ? iconic! : usable[random.integer(usable.length)]!
    if (label.has(one)) out.references[label.get(one)!] = chosen
    out.folder.push(...folder.filter((i) => i !== chosen || !label.has(one)))
    out.probes.push(...mixed.slice(half).map((i) => ({ row: i, label: label.get(one) ?? -1 })))
  }
  return out
}

export function rank1(rows: Matrix, stands: Matrix, labels: Int32Array, truth: readonly number[]): number {
  const { classes } = ranked(rows, stands, labels)
  return (100 * truth.filter((label, i) => classes[2 * i] === label).length) / truth.length
}

/** Chance that a known photo scores above an unknown one; ties count half. */
export function auroc(known: Float32Array, unknown: Float32Array): number {
  const all = [...known].map((score) => ({ score, known: true }))
  all.push(...[...unknown].map((score) => ({ score, known: false })))
  all.sort((a, b) => a.score - b.score)
  let [sum, below] = [0, 0]
  for (let from = 0; from < all.length;) {
    let end = from
    while (end < all.length && all[end]!.score === all[from]!.score) end++
    const tied = all.slice(from, end)
    const others = tied.filter((one) => !one.known).length
    sum += (tied.length - others) * (below + others / 2)
    below += others
    from = end
  }
  return sum / (known.length * unknown.length)
}
