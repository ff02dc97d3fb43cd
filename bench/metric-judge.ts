import { evaluateIdentities } from '../src-main/app/evaluation/identities-protocol.ts'
import { equalErrorRate } from '../src-main/app/evaluation/error-rates.ts'
import { genuineDistances, impostorDistances } from '../src-main/app/evaluation/pair-sampling.ts'
import { seededRandom } from '../src-main/app/evaluation/random.ts'
import { OF_LOSS } from '../src-main/engine/training/network.ts'
import { tf, type Tensor4D } from '../src-main/engine/tf.ts'
import { batch, picturesOf, type Pictures } from '../src-main/engine/training/augment.ts'
import { lossOf, placed, type Trained } from '../src-main/engine/training/predictions.ts'
import type { Identities, MetricData, OneShot } from './metric-data.ts'

/** All in percent, of identities that were not learned from. */
export interface Judged {
  /** Of pairs: up to PAIRS of each identity, and as many pairs of two as IMPOSTORS says. */
  readonly eer: number
  /** One picture of each identity drawn as its reference, all others asked; mean of DRAWS draws. */
  readonly rank1: number
  /** Right in each of Lake's runs, by the nearest reference. */
  readonly oneShot: readonly number[]
  /** The same by a learned measure of likeness, where the loss has one. */
  readonly verified?: { readonly eer: number; readonly oneShot: readonly number[] }
}

const [PAIRS, IMPOSTORS, DRAWS] = [20, 20_000, 2]
const AT_ONCE = 256
/** Of what is drawn for the test: the same pairs and references for every loss and seed. */
const TEST_SEED = 20

/** How unlike two pictures are, by their embeddings. */
type Unlike = (a: Float32Array, b: Float32Array) => number

export function judge(spec: Trained, { test, runs }: MetricData): Judged {
  const rows = embed(spec, test.pictures)
  const identities = test.members.map((places) => places.map((place) => rows[place]!))
  const galleries = runs.map((run) => ({ ...run, rows: embed(spec, run.pictures) }))
  const shots = (unlike: Unlike) => galleries.map((run) => oneShot(run, run.rows, unlike))
  const learned = learnedMeasure(spec)
  const named = identities.map((pictures, i) => ({ name: String(i), pictures }))
  return {
    eer: 100 * equalErrorRate(pairsOf(identities)),
    rank1: 100 * evaluateIdentities(named, { shots: 1, draws: DRAWS, seed: TEST_SEED }).rank1,
    oneShot: shots(distance),
    ...(learned && { verified: { eer: 100 * learnedRate(test, rows, learned), oneShot: shots(learned) } }),
  }
}

/** Embeddings as the loss sees them, but that those of a classifier have length 1: only their directions name a class. */
function embed(spec: Trained, pictures: Pictures): Float32Array[] {
  const count = picturesOf(pictures)
  const normalised = lossOf(spec).unit ?? 'classes' in (lossOf(spec).parameters?.({ dimensions: 1, classes: 1 }) ?? {})
  const rows: Float32Array[] = []
  for (let from = 0; from < count; from += AT_ONCE) {
    const places = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i)
    const values = tf.tidy(() => {
      const x = tf.tensor(batch(pictures, places), [places.length, ...spec.network.input]) as Tensor4D
      return placed({ ...spec, normalised }, spec.network.forward(x, { training: false })).dataSync() as Float32Array
    })
    const width = spec.network.dimensions
    for (let i = 0; i < places.length; i++) rows.push(values.slice(i * width, (i + 1) * width))
  }
  return rows
}

/** −Σ_k α_k · |a_k − b_k|, which falls with the probability that both are of one class; nothing where the loss learned no α. */
function learnedMeasure({ network, loss }: Trained): Unlike | undefined {
  if (loss !== 'verification') return undefined
  const weights = network.variables.get(`${OF_LOSS}weights`)!.dataSync() as Float32Array
  return (a, b) => weights.reduce((sum, weight, k) => sum - weight * Math.abs(a[k]! - b[k]!), 0)
}

const distance: Unlike = (a, b) => Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0))

function pairsOf(identities: readonly (readonly Float32Array[])[]) {
  const random = seededRandom(TEST_SEED)
  const genuine = genuineDistances(identities, PAIRS, random)
  return { genuine, impostor: impostorDistances(identities, IMPOSTORS, random) }
}

/** The same pairs by another measure: places stand in for embeddings, and the measure looks them up. */
function learnedRate({ members }: Identities, rows: readonly Float32Array[], unlike: Unlike): number {
  const random = seededRandom(TEST_SEED)
  const pick = (from: readonly number[]) => rows[from[Math.floor(random() * from.length)]!]!
  const genuine = members.flatMap((places) =>
    Array.from({ length: PAIRS }, () => {
      const first = Math.floor(random() * places.length)
      const second = (first + 1 + Math.floor(random() * (places.length - 1))) % places.length
      return unlike(rows[places[first]!]!, rows[places[second]!]!)
    }),
  )
  const impostor = Array.from({ length: IMPOSTORS }, () => {
    const one = Math.floor(random() * members.length)
    const other = (one + 1 + Math.floor(random() * (members.length - 1))) % members.length
    return unlike(pick(members[one]!), pick(members[other]!))
  })
  return equalErrorRate({ genuine: Float64Array.from(genuine).sort(), impostor: Float64Array.from(impostor).sort() })
}

/** The one-shot rule: the reference that a probe is most like. @returns percent right */
export function oneShot({ references, probes, truth }: OneShot, rows: readonly Float32Array[], unlike: Unlike): number {
  const right = probes.filter((probe, i) => {
    const apart = references.map((reference) => unlike(rows[probe]!, rows[reference]!))
    return apart.indexOf(Math.min(...apart)) === truth[i]
  })
  return (100 * right.length) / probes.length
}

/** 1-NN on pixels, in percent right in each run. */
export function onPixels(runs: readonly OneShot[]): number[] {
  return runs.map((run) => {
    const size = run.pictures.width * run.pictures.height
    const row = (place: number) => Float32Array.from(run.pictures.values.subarray(place * size, (place + 1) * size))
    return oneShot(
      run,
      Array.from({ length: picturesOf(run.pictures) }, (_, place) => row(place)),
      distance,
    )
  })
}
