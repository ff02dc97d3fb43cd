import { dot, row, type Matrix } from './matrix.ts'
import { ranked } from './strangers.ts'

/** A way of answering: an embedding, what stands for the classes in it, and the class of each of those rows. */
export interface Judge {
  readonly place: (features: Matrix) => Matrix
  readonly stands: Matrix
  readonly labels: Int32Array
}

/** What was held out and asked of both models. */
export interface Trials {
  /** labelled: samples of identities that have several; gate: random views of the references. */
  readonly kind: 'labelled' | 'gate'
  /** T: true class of each trial. */
  readonly truth: Int32Array
  /** T × 2: class answered by the champion and by the challenger. */
  readonly answered: Int32Array
  /** ‖a − b‖ of trials to what stands for their own class, and for others. */
  readonly genuine: { readonly before: Float32Array; readonly after: Float32Array }
  readonly impostor: { readonly before: Float32Array; readonly after: Float32Array }
}

/** Impostor pairs of one trial: all of thousands of classes would say the same in more memory. */
const MOST_IMPOSTORS = 50

export function answers(rows: Matrix, { stands, labels }: Pick<Judge, 'stands' | 'labels'>): Int32Array {
  const { classes } = ranked(rows, stands, labels)
  return Int32Array.from({ length: rows.rows }, (_, i) => classes[2 * i]!)
}

/** @param features T × F, raw */
export function trials(kind: Trials['kind'], features: Matrix, truth: Int32Array, before: Judge, after: Judge): Trials {
  const [old, fresh] = [asked(features, truth, before), asked(features, truth, after)]
  return {
    kind,
    truth,
    answered: Int32Array.from(
      truth.length === 0 ? [] : [...truth].flatMap((_, i) => [old.answers[i]!, fresh.answers[i]!]),
    ),
    genuine: { before: old.genuine, after: fresh.genuine },
    impostor: { before: old.impostor, after: fresh.impostor },
  }
}

/** Share of the trials answered rightly by the champion (0) or the challenger (1); 1 without a trial. */
export function share({ truth, answered }: Trials, which: 0 | 1): number {
  if (truth.length === 0) return 1
  return truth.filter((label, i) => answered[2 * i + which] === label).length / truth.length
}

function asked(features: Matrix, truth: Int32Array, judge: Judge) {
  const rows = judge.place(features)
  const genuine: number[] = []
  const impostor: number[] = []
  const { stands, labels } = judge
  const step = Math.max(1, Math.floor(stands.rows / MOST_IMPOSTORS))
  for (let i = 0; i < rows.rows; i++)
    for (let r = 0; r < stands.rows; r++) {
      const own = labels[r] === truth[i]
      if (!own && (r + i) % step !== 0) continue
      const distance = Math.sqrt(Math.max(0, 2 - 2 * dot(row(rows, i), row(stands, r))))
      if (own) genuine.push(distance)
      else impostor.push(distance)
    }
  return { answers: answers(rows, judge), genuine: Float32Array.from(genuine), impostor: Float32Array.from(impostor) }
}
