import { tf, type Tensor1D, type Tensor2D } from '../tf.ts'
import { createRandom, type Random, type RandomState } from '../training/random.ts'
import type { Standardised } from './data.ts'
import { matrix, pick, row, tensorOf, type Matrix } from './matrix.ts'

/** References and labelled views of one step; of more classes, as many are drawn. */
const MOST_CLASSES = 256

/** The tensors of one step; freed with the scope that they are made in. */
export interface Batch {
  /** c × F: one reference of each class of the step, and a random view of one, or of a confirmed photo. */
  readonly references: Tensor2D
  readonly queries: Tensor2D
  readonly classes: number
  /** b × F and b */
  readonly photos: Tensor2D
  readonly weights: Tensor1D
  /** b × c */
  readonly overlap: Tensor2D
  readonly pictures: number
}

/** What the order of the photos was drawn from, and how many of it are given out; nothing before the first. */
interface Place {
  readonly from?: RandomState
  readonly place: number
}

export interface Batches {
  /** @param size photos of the step */
  next(size: number): Batch
  /** As JSON. */
  state(): unknown
  /** `random` must be at its own state of the moment when `state()` was read. */
  restore(state: unknown): void
}

/** @param overlap N × c, what the closed form makes of each photo; rows sum to 1 */
export function createBatches(data: Standardised, overlap: Matrix, random: Random): Batches {
  const byClass = referencesByClass(data)
  const confirmed = confirmedByClass(data)
  const order = photoOrder(data, random)
  return {
    next: (size) => draw({ ...data, overlap, confirmed }, byClass, order.next, size, random),
    state: order.state,
    restore: (state) => order.restore(state as Place),
  }
}

function referencesByClass({ labels, identities }: Standardised): number[][] {
  const byClass: number[][] = identities.map(() => [])
  labels.forEach((label, r) => byClass[label]!.push(r))
  return byClass.filter((references) => references.length > 0)
}

/** Photos that are known to be of a class: they are asked about as references are. */
function confirmedByClass({ mustLink }: Standardised): ReadonlyMap<number, readonly number[]> {
  const byClass = new Map<number, number[]>()
  for (const { photo, label } of mustLink) byClass.set(label, [...(byClass.get(label) ?? []), photo])
  return byClass
}

/** Photos that weigh something, in random order over and over. */
function photoOrder({ weights }: Standardised, random: Random) {
  const some = [...weights.keys()].filter((photo) => weights[photo]! > 0)
  let from: RandomState | undefined
  let deck: Int32Array = new Int32Array()
  let place = 0
  return {
    next(): number {
      if (place >= deck.length) {
        from = random.state()
        deck = random.permutation(some.length)
        place = 0
      }
      return some[deck[place++]!]!
    },
    state: (): Place => ({ ...(from && { from }), place }),
    restore(state: Place): void {
      from = state.from
      deck = from ? createRandom(0, from).permutation(some.length) : new Int32Array()
      place = state.place
    },
  }
}

function draw(
  data: Standardised & { readonly overlap: Matrix; readonly confirmed: ReadonlyMap<number, readonly number[]> },
  byClass: readonly (readonly number[])[],
  nextPhoto: () => number,
  size: number,
  random: Random,
): Batch {
  const classes = Math.min(byClass.length, MOST_CLASSES)
  const chosen =
    byClass.length <= classes
      ? byClass
      : [...random.permutation(byClass.length).slice(0, classes)].map((i) => byClass[i]!)
  const labels = chosen.map((of) => data.labels[of[0]!]!)
  const one = (of: readonly number[]) => of[random.integer(of.length)]!
  const perReference = data.references.rows === 0 ? 0 : data.referenceViews.rows / data.references.rows
  const perPhoto = data.photos.rows === 0 ? 0 : data.photoViews.rows / data.photos.rows
  const viewOf = (photo: number) => {
    const view = random.integer(perPhoto + 1)
    return view === perPhoto ? row(data.photos, photo) : row(data.photoViews, photo * perPhoto + view)
  }
  const references = pick(data.references, chosen.map(one))
  const queries = matrix(classes, data.photos.columns)
  chosen.forEach((of, i) => {
    const photos = data.confirmed.get(labels[i]!) ?? []
    const which = random.integer(of.length + photos.length)
    const query =
      which < of.length
        ? row(data.referenceViews, of[which]! * perReference + random.integer(perReference))
        : viewOf(photos[which - of.length]!)
    queries.values.set(query, i * queries.columns)
  })
  const some = data.weights.some((weight) => weight > 0) ? Math.min(size, data.photos.rows) : 0
  const photos = matrix(some, data.photos.columns)
  const weights = new Float32Array(some)
  const overlap = matrix(some, classes)
  for (let i = 0; i < some; i++) {
    const photo = nextPhoto()
    photos.values.set(viewOf(photo), i * photos.columns)
    weights[i] = data.weights[photo]!
    const known = row(data.overlap, photo)
    const sum = labels.reduce((total, label) => total + known[label]!, 0)
    labels.forEach((label, j) => (overlap.values[i * classes + j] = sum > 0 ? known[label]! / sum : 1 / classes))
  }
  return {
    references: tensorOf(references),
    queries: tensorOf(queries),
    classes,
    photos: tensorOf(photos),
    weights: tf.tensor1d(weights),
    overlap: tensorOf(overlap),
    pictures: classes + some,
  }
}
