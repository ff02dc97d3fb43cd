import { createRandom } from '../training/random.ts'
import { embedded, onPhotos, type HeadData } from './data.ts'
import type { Fitted } from './fit.ts'
import { standardised } from './head.ts'
import { matrix, pick, row, standardisedRows, unitRows, type Matrix } from './matrix.ts'
import { nearestOthers } from './neighbours.ts'
import { answers, share, trials, type Judge, type Trials } from './trials.ts'

/** One figure under the champion and under the challenger. */
export interface Change {
  readonly before: number
  readonly after: number
}

export interface Gate {
  /** Neighbours that get the same answer, corrected for chance (Cohen's kappa). */
  readonly agreement: Change
  /** exp of the entropy of the answers, over the number of classes: 1 when every class is answered equally often. */
  readonly occupancy: Change
  /** Views of the references that no training has seen and that are recognised, 0…1. */
  readonly views: Change
  readonly passes: boolean
  readonly words: string
  readonly heldOut: Trials
}

/** How the champion sees the same data; without it the features as they are. */
export interface Champion {
  /** N × D and R × D, unit rows. */
  readonly photos: Matrix
  readonly references: Matrix
  /** Unit embeddings of raw features, for views that nobody has embedded yet. */
  readonly embed: (features: Matrix) => Matrix
  /** The raw features that `embed` takes, row by row the same pictures; the challenger's own without it. */
  readonly rows?: Pick<HeadData, 'references' | 'referenceViews'>
}

const TRAINED_SHARE = 0.7
/** Of the views of references that are recognised, so much may be lost. */
const VIEWS_LOST = 0.05

/**
 * The promotion gate: whether a way of fitting is worth more than the champion, without a label. It is fitted on 70 % of the
 * folder and measured on the other 30 %. Agreement of neighbours alone is unsafe: a head that puts all photos at one
 * reference agrees best. It passes when agreement × occupancy rises and references are still recognised in views of them.
 * It gives the sign of the change, not its size. Identities with several references lend one as labelled evidence.
 * @param fit makes the challenger of what it is given
 */
export async function gate(
  data: HeadData,
  champion: Champion,
  fit: (data: HeadData) => Promise<Fitted>,
  seed: number,
): Promise<Gate> {
  const { learned, kept, references, lent } = divided(data, seed)
  const { training, unseen, reference } = dividedViews(data, references)
  const part = onPhotos(data, learned)
  const { rows = data } = champion
  const fitted = await fit({
    ...part,
    references: pick(data.references, references),
    labels: Int32Array.from(references, (r) => data.labels[r]!),
    referenceViews: training,
  })
  const own = (features: Matrix): Judge => ({
    place: () => champion.embed(features),
    stands: pick(champion.references, references),
    labels: Int32Array.from(references, (r) => data.labels[r]!),
  })
  const theirs: Judge = { place: embedder(fitted), stands: fitted.stands, labels: fitted.standLabels }

  const classes = data.identities.length
  const photos = pick(champion.photos, kept)
  const neighbours = nearestOthers(photos, 1).index
  const answered = {
    before: answers(photos, own(photos)),
    after: answers(theirs.place(pick(data.photos, kept)), theirs),
  }
  const agreement = {
    before: kappa(answered.before, neighbours, classes),
    after: kappa(answered.after, neighbours, classes),
  }
  const occupied = { before: occupancy(answered.before, classes), after: occupancy(answered.after, classes) }
  const seen = trials(
    'gate',
    pick(data.referenceViews, unseen),
    Int32Array.from(reference, (r) => data.labels[r]!),
    own(pick(rows.referenceViews, unseen)),
    theirs,
  )
  const views = { before: share(seen, 0), after: share(seen, 1) }
  const rises = agreement.after * occupied.after > agreement.before * occupied.before
  const passes = rises && views.after >= views.before - VIEWS_LOST
  const labelled = () =>
    trials(
      'labelled',
      pick(data.references, lent),
      Int32Array.from(lent, (r) => data.labels[r]!),
      own(pick(rows.references, lent)),
      theirs,
    )
  return {
    agreement,
    occupancy: occupied,
    views,
    passes,
    words: words({ agreement, occupancy: occupied, views }, rises),
    heldOut: lent.length >= ENOUGH_LABELLED ? labelled() : seen,
  }
}

/** What a gate of this seed lets be learned from, and what it keeps: rows of photos and of references. */
export function divided(data: Pick<HeadData, 'photos' | 'labels'>, seed: number) {
  const order = createRandom(seed).permutation(data.photos.rows)
  const cut = Math.max(1, Math.round(order.length * TRAINED_SHARE))
  return { learned: order.slice(0, cut), kept: order.slice(cut), ...lentReferences(data) }
}

/** Of so many views of a reference the first ones are learned from. */
export const learnedViews = (each: number): number => Math.ceil(each / 2)

/** Fewer labelled trials than this decide nothing. */
const ENOUGH_LABELLED = 20

/** Unit embeddings of raw features under a fitted head. */
export function embedder({ head, data }: Fitted): (features: Matrix) => Matrix {
  return (features) => embedded(head, standardisedRows(data.how, features))
}

/** The features themselves as an embedding: less the folder's mean, each part by its share. */
export function plainChampion({ photos, references }: HeadData, how: Fitted['data']['how']): Champion {
  const embed = (features: Matrix) => {
    const out = matrix(features.rows, features.columns)
    for (let i = 0; i < features.rows; i++) out.values.set(standardised(how, row(features, i)), i * out.columns)
    return unitRows(out)
  }
  return { photos: embed(photos), references: embed(references), embed }
}

/** The last reference of every identity that has several is lent to the test. */
function lentReferences({ labels }: Pick<HeadData, 'labels'>): {
  readonly references: number[]
  readonly lent: number[]
} {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const last = new Map([...labels].map((label, r) => [label, r]))
  const isLent = (r: number) => counts.get(labels[r]!)! > 1 && last.get(labels[r]!) === r
  const all = [...labels.keys()]
  return { references: all.filter((r) => !isLent(r)), lent: all.filter(isLent) }
}

/** The first half of each reference's views for training, the others to be recognised; the same one for both when it is alone. */
function dividedViews({ references, referenceViews }: HeadData, which: readonly number[]) {
  const each = references.rows === 0 ? 0 : referenceViews.rows / references.rows
  const half = learnedViews(each)
  const from = each > half ? half : 0
  const views = (first: number, end: number) =>
    which.flatMap((r) => Array.from({ length: end - first }, (_, v) => r * each + first + v))
  const unseen = views(from, each)
  return {
    training: pick(referenceViews, views(0, half)),
    unseen,
    reference: unseen.map((at) => Math.floor(at / each)),
  }
}

/** Cohen's kappa between each photo's answer and its neighbour's. @param neighbours N, −1 where there is none */
export function kappa(answered: Int32Array, neighbours: Int32Array, classes: number): number {
  const [own, others] = [new Float64Array(classes), new Float64Array(classes)]
  let [same, all] = [0, 0]
  neighbours.forEach((other, i) => {
    if (other < 0) return
    all++
    own[answered[i]!]!++
    others[answered[other]!]!++
    if (answered[i] === answered[other]) same++
  })
  if (all === 0) return 0
  const chance = own.reduce((sum, count, label) => sum + (count / all) * (others[label]! / all), 0)
  return chance < 1 ? (same / all - chance) / (1 - chance) : 0
}

/** exp(H(answers)) / classes. */
export function occupancy(answered: Int32Array, classes: number): number {
  const counts = new Float64Array(classes)
  for (const label of answered) counts[label]!++
  const entropy = counts.reduce((sum, count) => {
    const share = count / Math.max(1, answered.length)
    return share > 0 ? sum - share * Math.log(share) : sum
  }, 0)
  return Math.exp(entropy) / Math.max(1, classes)
}

function words(
  { agreement, occupancy: occupied, views }: Pick<Gate, 'agreement' | 'occupancy' | 'views'>,
  rises: boolean,
) {
  const percent = ({ before, after }: Change) => `${(100 * before).toFixed(1)} → ${(100 * after).toFixed(1)} %`
  const figures = `Neighbours that agree ${percent(agreement)}, classes in use ${percent(occupied)}, views of references recognised ${percent(views)}.`
  if (!rises) return `${figures} Agreement and use of classes together do not rise.`
  return views.after >= views.before - VIEWS_LOST
    ? `${figures} Measured on photos that were left out, without labels: it tells gain from harm, not how much.`
    : `${figures} References are no longer recognised in views of them.`
}
