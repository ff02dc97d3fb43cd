import type { Profile } from '../../contract/types.ts'
import { tf, type Tensor2D } from '../tf.ts'
import { inputs, type HeadModel, type HeadPart } from './head.ts'
import { columnMeans, matrix, pick, slice, standardisedRows, tensorOf, unitRows, type Matrix } from './matrix.ts'
import type { Known, Link } from './propagate.ts'

/** What a head learns from: raw features of the folder's photos, of one reference or more of each class, and of views of both. */
export interface HeadData extends Required<Known> {
  readonly profile: Profile
  /** Id of the shipped model that made the features. */
  readonly base: string
  /** Lengths of the parts of a row. */
  readonly parts: readonly number[]
  /** N × F, and N·V × F with the views of a photo one after the other. */
  readonly photos: Matrix
  readonly photoViews: Matrix
  /** R × F and R·V × F */
  readonly references: Matrix
  readonly referenceViews: Matrix
  /** R: class of each reference, 0 … classes − 1. */
  readonly labels: Int32Array
  /** Identity of each class. */
  readonly identities: readonly string[]
  /** N: weight of each photo, 0…1, by the rule of strangers.ts. */
  readonly weights: Float32Array
}

/** The same with every row standardised, and how. */
export interface Standardised extends HeadData {
  readonly how: readonly HeadPart[]
}

/** Squared length of each part: of an object, three quarters what the network sees and one quarter its colours. */
const SHARES: Readonly<Record<number, readonly number[]>> = { 1: [1], 2: [0.75, 0.25] }

/**
 * Means are the folder's: what all of its photos have in common tells nothing.
 * @throws Error when the parts are not those of a profile
 */
export function standardise(data: HeadData): Standardised {
  const shares = SHARES[data.parts.length]
  if (!shares || data.parts.reduce((sum, length) => sum + length, 0) !== data.photos.columns)
    throw new Error(`features of ${data.photos.columns} values do not consist of ${data.parts.join(' + ')}`)
  const means = partMeans(data)
  const how = means.map((mean, i) => ({ mean, share: shares[i]! }))
  return {
    ...data,
    how,
    photos: standardisedRows(how, data.photos),
    photoViews: standardisedRows(how, data.photoViews),
    references: standardisedRows(how, data.references),
    referenceViews: standardisedRows(how, data.referenceViews),
  }
}

function partMeans({ parts, photos }: HeadData): Float32Array[] {
  const all = columnMeans(photos)
  let at = 0
  return parts.map((length) => all.slice(at, (at += length)))
}

/** The data with these of its photos alone. */
export function onPhotos(data: HeadData, which: Int32Array): HeadData {
  const each = data.photos.rows === 0 ? 0 : data.photoViews.rows / data.photos.rows
  const views = new Int32Array(which.length * each)
  which.forEach((photo, i) => {
    for (let v = 0; v < each; v++) views[i * each + v] = photo * each + v
  })
  const place = new Map([...which].map((photo, i) => [photo, i]))
  const within = (links: readonly Link[]) =>
    links.flatMap(({ photo, label }) => {
      const at = place.get(photo)
      return at === undefined ? [] : [{ photo: at, label }]
    })
  return {
    ...data,
    photos: pick(data.photos, which),
    photoViews: pick(data.photoViews, views),
    weights: Float32Array.from(which, (photo) => data.weights[photo]!),
    cannotLink: within(data.cannotLink),
    mustLink: within(data.mustLink),
  }
}

const ROWS_AT_ONCE = 4096

/** The head's embeddings of standardised rows. @returns N × D, unit rows */
export function embedded(head: Pick<HeadModel, 'weights' | 'dimensions' | 'hidden'>, rows: Matrix): Matrix {
  const out = matrix(rows.rows, head.dimensions)
  const weights = tf.tensor2d(head.weights, [rows.columns, head.dimensions])
  const hidden = head.hidden && {
    into: tf.tensor2d(head.hidden.into, [rows.columns, head.hidden.bias.length]),
    bias: tf.tensor1d(head.hidden.bias),
    out: tf.tensor2d(head.hidden.out, [head.hidden.bias.length, head.dimensions]),
  }
  try {
    for (let at = 0; at < rows.rows; at += ROWS_AT_ONCE) {
      const x = slice(rows, at, Math.min(ROWS_AT_ONCE, rows.rows - at))
      tf.tidy(() => {
        const z = tensorOf(x)
        const y = tf.matMul(z, weights)
        const h = hidden && (tf.relu(tf.add(tf.matMul(z, hidden.into), hidden.bias)) as Tensor2D)
        const sum = h && hidden ? tf.add(y, tf.matMul(h, hidden.out)) : y
        // Read inside, not returned: tidy would look for tensors among the numbers, one by one.
        out.values.set(sum.dataSync(), at * out.columns)
      })
    }
  } finally {
    tf.dispose([weights, ...(hidden ? [hidden.into, hidden.bias, hidden.out] : [])])
  }
  return unitRows(out)
}

/** The head's embeddings of raw features. @returns N × D, unit rows */
export function applyHeadTo(head: HeadModel, features: Matrix): Matrix {
  if (features.columns !== inputs(head))
    throw new Error(`a head of ${inputs(head)} inputs is given ${features.columns} features`)
  return embedded(head, standardisedRows(head.parts, features))
}
