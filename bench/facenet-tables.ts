import {
  columnMeans,
  gram,
  matrix,
  multiply,
  pick,
  row,
  unitRows,
  type Matrix,
} from '../src-main/engine/heads/matrix.ts'
import { dominant } from '../src-main/engine/heads/whiten.ts'
import type { ValidationRate } from '../src-main/app/evaluation/validation-rate.ts'
import { distanceBetween } from '../src-main/app/vector-index.ts'
import { faceVectors, type Spoilt } from './face-crops.ts'
import { validationRates } from './face-rates.ts'
import { faceLooks, faceSet, type FaceLooks, type FaceSet } from './face-set.ts'
import { facenetFinding } from './facenet-finding.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const BACKEND = 'tfjs-node'
const FAR = 1e-3
/** Pictures of a person in the tables of qualities and sizes, of those with two at least: half of all pictures. */
const MOST = 3
const SIZES = [16, 32, 64, 128, 192, 256, 512]
/** The text's own tables: qualities and numbers of pixels, with what FaceNet's NN1 reached there. */
const FACENET_SIZE: Readonly<Record<number, number>> = { 64: 86.8, 128: 87.9, 256: 87.7, 512: 85.6 }
const FACENET_JPEG: Readonly<Record<number, number>> = { 10: 67.3, 20: 81.4, 30: 83.9, 50: 85.5, 70: 86.1, 90: 86.5 }
const FACENET_PIXELS: Readonly<Record<number, number>> = {
  1600: 37.8,
  6400: 79.5,
  14400: 84.5,
  25600: 85.7,
  65536: 86.4,
}

/** Both sensitivity tables and the table of embedding sizes of Schroff et al. 2015 (FaceNet), for our face profile. */
export async function facenetTablesBench({ steps }: BenchOptions): Promise<void> {
  const set = await faceSet(steps)
  const looks = await faceLooks(set, BACKEND)
  const plain = looks.embeddings
  const figures = [figureOf(`embedding of 192 (${set.pictures.length} pictures)`, rateOf(set, plain))]

  for (const size of SIZES.filter((one) => one <= plain.columns))
    figures.push(figureOf(`embedding reduced to ${size} by PCA`, byPca(set, plain, size).rate, FACENET_SIZE[size]))
  const wide = await faceVectors(set, looks, { kind: 'none' }, { last: false })
  figures.push(figureOf('features before the last layer, 512', rateOf(set, wide)))
  const shares: Figure[] = []
  for (const size of SIZES) {
    const { rate, held } = byPca(set, wide, size)
    figures.push(figureOf(`features before the last layer reduced to ${size} by PCA`, rate, FACENET_SIZE[size]))
    // Beyond these what is left of the variance is less than float32 tells.
    if (size <= 128)
      shares.push({
        name: `features before the last layer: held by ${size} directions`,
        unit: '% of variance',
        values: held.map((share) => 100 * share),
        backend: BACKEND,
      })
  }
  const few = several(set, looks, MOST)
  const spoilt = async (name: string, how: Spoilt, theirs?: number) =>
    figures.push(
      figureOf(
        `${name} (${few.set.pictures.length} pictures)`,
        rateOf(few.set, await faceVectors(few.set, few.looks, how)),
        theirs,
      ),
    )
  figures.push(figureOf(`crop as it is (${few.set.pictures.length} pictures)`, rateOf(few.set, few.looks.embeddings)))
  for (const [quality, theirs] of Object.entries(FACENET_JPEG))
    await spoilt(`JPEG quality ${quality} of the crop`, { kind: 'jpeg', quality: Number(quality) }, theirs)
  for (const [pixels, theirs] of Object.entries(FACENET_PIXELS))
    await spoilt(
      `crop of ${Number(pixels).toLocaleString('en')} pixels`,
      { kind: 'size', side: Math.sqrt(Number(pixels)) },
      theirs,
    )
  figures.push(...shares)
  if (steps !== undefined) console.log(figures)
  else writeResults('facenet-tables', figures, 'npm run bench -- facenet-tables', facenetFinding(figures))
}

/** The pictures of people with two at least, so many of each at most: what tables that embed everything anew can afford. */
function several(
  { pictures }: FaceSet,
  { points, embeddings, ...rest }: FaceLooks,
  most: number,
): { set: FaceSet; looks: FaceLooks } {
  const byName = Map.groupBy(pictures.keys(), (i) => pictures[i]!.identity)
  const kept = [...byName.values()].flatMap((own) => (own.length > 1 ? own.slice(0, most) : []))
  return {
    set: { pictures: kept.map((i) => pictures[i]!), pairs: [] },
    looks: { ...rest, points: pick(points, kept), embeddings: pick(embeddings, kept) },
  }
}

/** Values are the five folds: the threshold of each comes from the other four. */
function figureOf(name: string, { folds }: ValidationRate, theirs?: number): Figure {
  return {
    name: `VAL at FAR 1e-3, ${name}`,
    unit: '%',
    values: folds.map(({ val }) => 100 * val),
    backend: BACKEND,
    reference: theirs === undefined ? null : { what: 'FaceNet NN1', value: theirs },
  }
}

function rateOf(set: FaceSet, vectors: Matrix): ValidationRate {
  const between = (a: number, b: number) => distanceBetween(row(vectors, a), row(vectors, b))
  return validationRates(set, [FAR], () => between)[0]!
}

interface Reduced {
  readonly rate: ValidationRate
  /** Share of the training pictures' variance that the directions hold, a fold. */
  readonly held: readonly number[]
}

/** Mean and main directions are those of the pictures of the other folds. */
function byPca(set: FaceSet, vectors: Matrix, size: number): Reduced {
  const held: number[] = []
  const [rate] = validationRates(set, [FAR], (training) => {
    const learned = set.pictures.flatMap(({ fold }, i) => (training.includes(fold) ? [i] : []))
    const mean = columnMeans(pick(vectors, learned))
    const centred = matrix(vectors.rows, vectors.columns)
    for (let i = 0; i < vectors.rows; i++)
      row(vectors, i).forEach((value, k) => (centred.values[i * vectors.columns + k] = value - mean[k]!))
    const seen = pick(centred, learned)
    const basis = dominant(gram(seen), size) // size × D
    held.push(energy(multiply(seen, basis, { transposed: true })) / energy(seen))
    const reduced = unitRows(multiply(centred, basis, { transposed: true }))
    return (a, b) => distanceBetween(row(reduced, a), row(reduced, b))
  })
  return { rate: rate!, held }
}

const energy = ({ values }: Matrix) => values.reduce((sum, value) => sum + value * value, 0)
