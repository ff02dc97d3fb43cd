import { percent, mean } from '../src-main/app/evaluation/spread.ts'
import { drawn, seededRandom } from '../src-main/app/evaluation/random.ts'
import { comparedErrors } from '../src-main/app/evaluation/paired.ts'
import {
  chiSquaredOf,
  deepFaceFeatures,
  DISTANCES,
  weighted,
  type FitDistance,
  type MeasuredPair,
  type PairDistance,
} from '../src-main/app/evaluation/pair-distance.ts'
import { judgeFolds } from '../src-main/app/evaluation/pairs-protocol.ts'
import type { Estimate } from '../src-main/app/evaluation/resampled.ts'
import { verify, type OwnedPair, type Verification } from '../src-main/app/evaluation/verification.ts'
import { row, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { FOLDS, validationRates } from './face-rates.ts'
import { faceLooks, faceSet, type FaceSet } from './face-set.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const BACKEND = 'tfjs-node'
const NAME = 'deepface-chi2'
/** DeepFace's own figures on all of LFW: single network, unsupervised inner product and weighted χ² (its table 3). */
const THEIRS = { unsupervised: 95.92, weighted: 97 }
const SEEDS = [1, 2, 3]
/** One scale of the plot each. */
const RIGHT = '% of pairs right'
const WRONG = '% of pairs wrong'
const ACCEPTED = '% of genuine pairs accepted'

/** Multiples of SVM-light's C that the folds which are not judged choose from. */
const COSTS = [0.01, 0.1, 1, 10]

type Fit = (training: readonly OwnedPair[]) => PairDistance

/** Fits once for the same training folds: a row asks for them by its pairs, by all pairs of a fold, and in the finding. */
function once(fit: Fit): Fit {
  const made = new Map<string, PairDistance>()
  return (training) => {
    const folds = [...new Set(training.map(({ fold }) => fold))].join()
    const known = made.get(folds) ?? fit(training)
    made.set(folds, known)
    return known
  }
}

/** ‖f̄ − ḡ‖ of DeepFace's features, which orders pairs as their inner product does. */
const normalised: FitDistance = (training) => {
  const of = deepFaceFeatures(training)
  return ({ left, right }) => {
    if (left === null || right === null) return Infinity
    const [f, g] = [of(left), of(right)]
    return Math.sqrt(f.reduce((sum, value, k) => sum + (value - g[k]!) ** 2, 0))
  }
}
/** To tell apart what the weights do and what χ² does: the same machine on squared differences of the embedding. */
const squares: FitDistance = (training) =>
  weighted(training, ({ left, right }) =>
    left === null || right === null ? null : Float64Array.from(left, (value, k) => (value - right[k]!) ** 2),
  )

/** C is the one that tells most pairs right when each of the training folds in turn is judged by the others. */
const chosen: Fit = (training) => {
  const fit = (cost: number) => (pairs: readonly MeasuredPair[]) => weighted(pairs, chiSquaredOf(pairs), cost)
  const right = (cost: number) =>
    judgeFolds(training, fit(cost))
      .flatMap(({ threshold, pairs }) => pairs.map(({ distance, same }) => distance <= threshold === same))
      .filter(Boolean).length
  const counts = COSTS.map(right)
  const cost = COSTS[counts.indexOf(Math.max(...counts))]!
  process.stderr.write(`C × ${cost} of ${counts.join(', ')} pairs right\n`)
  return fit(cost)(training)
}

const ROWS: readonly { key: string; name: string; fit: Fit; theirs?: number }[] = [
  { key: 'euclidean', name: 'embedding, Euclidean', fit: DISTANCES.euclidean },
  {
    key: 'inner',
    name: 'DeepFace features, Euclidean',
    fit: normalised,
    theirs: THEIRS.unsupervised,
  },
  { key: 'chi', name: 'DeepFace features, χ²', fit: DISTANCES['chi-squared'] },
  {
    key: 'weighted',
    name: 'DeepFace features, weighted χ²',
    fit: DISTANCES['weighted-chi-squared'],
    theirs: THEIRS.weighted,
  },
  { key: 'chosen', name: 'weighted χ², C chosen inside the other folds', fit: chosen },
  { key: 'squares', name: 'embedding, weighted squared differences', fit: squares },
]

/** DeepFace's weighted χ² distance (Taigman et al. 2014) on the signed embedding of our face profile, split by sign. */
export async function deepFaceChi2Bench({ steps }: BenchOptions): Promise<void> {
  const set = await faceSet(steps)
  const { figures, finding } = deepFaceFigures(set, (await faceLooks(set, BACKEND)).embeddings)
  if (steps !== undefined) console.log(figures, finding)
  else writeResults(NAME, figures, `npm run bench -- ${NAME}`, finding)
}

/** Every row of the results, measured on one set. @param embeddings N × D of the set's pictures, unit length */
export function deepFaceFigures(set: FaceSet, embeddings: Matrix): { figures: Figure[]; finding: string[] } {
  const faces = set.pictures.map((_, i) => row(embeddings, i))
  const pairs: OwnedPair[] = set.pairs.map(({ left, right, same, fold }) => ({
    same,
    fold,
    left: faces[left]!,
    right: faces[right]!,
    owners: [set.pictures[left]!.identity, set.pictures[right]!.identity],
  }))
  const fits = new Map(ROWS.map(({ key, fit }) => [key, once(fit)]))
  const figures: Figure[] = []
  for (const { key, name, theirs } of ROWS) {
    process.stderr.write(`${NAME}: ${name}\n`)
    const fit = fits.get(key)!
    figures.push(...pairFigures(name, verify(pairs, fit), theirs), ...allPairFigures(set, faces, pairs, name, fit))
  }
  figures.push(morePairs(set, pairs, faces))
  return { figures, finding: findingOf(figures, pairs, fits) }
}

const figure = (
  name: string,
  unit: string,
  values: readonly number[],
  reference: Figure['reference'] = null,
): Figure => ({
  name,
  unit,
  values,
  backend: BACKEND,
  reference,
})
const between = ({ low, high }: Estimate) => `95 %: ${percent(low).toFixed(2)} to ${percent(high).toFixed(2)}`

function pairFigures(name: string, { folds, estimates }: Verification, theirs: number | undefined): Figure[] {
  const one = (what: string, of: Estimate, unit: string) =>
    figure(`${name}: ${what} (${between(of)})`, unit, [100 * of.value])
  return [
    figure(
      `${name}: verification accuracy by fold`,
      RIGHT,
      folds.map(({ accuracy }) => 100 * accuracy),
      theirs === undefined ? null : { what: 'DeepFace itself', value: theirs },
    ),
    one('FMR at the thresholds of the folds', estimates.fmr, WRONG),
    one('FNMR at the thresholds of the folds', estimates.fnmr, WRONG),
    one('equal error rate', estimates.eer, WRONG),
    one('TAR at FMR 1e-3', estimates.tarAtFar['0.001'], ACCEPTED),
  ]
}

/** Weights from the pairs of the other folds, judged by all pairs of pictures inside a fold: 290,000 impostor ones each. */
function allPairFigures(
  set: FaceSet,
  faces: readonly Float32Array[],
  pairs: readonly OwnedPair[],
  name: string,
  fit: Fit,
): Figure[] {
  const rates = validationRates(set, [1e-3, 1e-4], (training) => {
    const distance = fit(pairs.filter(({ fold }) => training.includes(fold)))
    return (a, b) => distance({ same: false, left: faces[a]!, right: faces[b]! })
  })
  return rates.map(({ folds }, at) =>
    figure(
      `${name}: VAL at FAR 1e-${3 + at}, all pairs inside a fold`,
      ACCEPTED,
      folds.map(({ val }) => 100 * val),
    ),
  )
}

/** The same machine on every genuine pair inside the other folds and as many impostor pairs, which are drawn. */
function morePairs(set: FaceSet, pairs: readonly OwnedPair[], faces: readonly Float32Array[]): Figure {
  const every = FOLDS.map((fold) => genuineOf(set, fold))
  const accuracies = SEEDS.map((seed) => {
    const random = seededRandom(seed)
    const extra = FOLDS.map((fold, at): MeasuredPair[] => {
      const own = [...set.pictures.keys()].filter((i) => set.pictures[i]!.fold === fold)
      const genuine = every[at]!.map(([a, b]) => ({ same: true, left: faces[a]!, right: faces[b]! }))
      const impostor = Array.from({ length: genuine.length }, (): MeasuredPair => {
        for (;;) {
          const [a, b] = drawn(own, 2, random)
          if (set.pictures[a!]!.identity !== set.pictures[b!]!.identity)
            return { same: false, left: faces[a!]!, right: faces[b!]! }
        }
      })
      return [...genuine, ...impostor]
    })
    const judged = judgeFolds(pairs, (others) => {
      const training = [...new Set(others.map(({ fold }) => fold))]
      return DISTANCES['weighted-chi-squared'](training.flatMap((fold) => extra[FOLDS.indexOf(fold)]!))
    })
    const right = judged.map(
      ({ threshold, pairs: own }) =>
        own.filter(({ distance, same }) => distance <= threshold === same).length / own.length,
    )
    return 100 * mean(right)
  })
  const count = every.flat().length
  return {
    ...figure(
      `weighted χ² from ${count} genuine and as many drawn impostor pairs: accuracy by draw`,
      RIGHT,
      accuracies,
    ),
    seeds: SEEDS,
  }
}

function genuineOf({ pictures }: FaceSet, fold: number): (readonly [number, number])[] {
  const own = [...pictures.keys()].filter((i) => pictures[i]!.fold === fold)
  return own.flatMap((a, at) =>
    own.slice(at + 1).flatMap((b) => (pictures[a]!.identity === pictures[b]!.identity ? [[a, b] as const] : [])),
  )
}

function findingOf(figures: readonly Figure[], pairs: readonly OwnedPair[], fits: ReadonlyMap<string, Fit>): string[] {
  const value = (start: string, what: string) =>
    mean(figures.find(({ name }) => name.startsWith(`${start}: ${what}`))!.values).toFixed(2)
  const judged = (key: string) =>
    judgeFolds(pairs, fits.get(key)!).flatMap(({ threshold, pairs: own }) =>
      own.map(({ distance, same, owners }) => ({ identity: owners[0], wrong: distance <= threshold !== same })),
    )
  const learned = judged('weighted')
  const against = (key: string) =>
    comparedErrors(
      judged(key).map(({ identity, wrong }, i) => ({ identity, wrongBefore: wrong, wrongAfter: learned[i]!.wrong })),
      { seed: 1 },
    )
  const points = (rate: number) => `${rate > 0 ? '+' : ''}${(100 * rate).toFixed(2)}`
  const told = ({ value: change, low, high, p }: ReturnType<typeof against>) =>
    `${points(change)} points of error (95 %: ${points(low)} to ${points(high)}, identities drawn again; McNemar's p = ${p.toPrecision(2)})`
  const [inner, euclidean] = [against('inner'), against('euclidean')]
  const held = inner.high < 0 ? 'holds here' : inner.low > 0 ? 'is turned round here' : 'does not show here'
  const names = Object.fromEntries(ROWS.map(({ key, name }) => [key, name])) as Record<string, string>
  const val = (key: string) => value(names[key]!, 'VAL at FAR 1e-3')
  return [
    `DeepFace's finding, that weights learned on pairs tell faces apart better than the plain comparison of normalised features (95.92 → 97.00 % of pairs right there), ${held}: ` +
      `${value(names.inner!, 'verification accuracy')} % with normalised features alone, ${value(names.chi!, 'verification accuracy')} % with χ², ${value(names.weighted!, 'verification accuracy')} % with weighted χ² (${value(names.chosen!, 'verification accuracy')} % where C of the machine is chosen inside the other folds), and ${value(names.euclidean!, 'verification accuracy')} % with the Euclidean distance of the embedding as it is. ` +
      `On the same ${pairs.length.toLocaleString('en')} pairs weighted χ² makes ${told(inner)} beside normalised features alone, and ${told(euclidean)} beside the embedding as it is.`,
    `Over all pairs inside a fold, VAL at FAR 1e-3 is ${val('euclidean')} % with the Euclidean distance, ${val('chi')} % with χ², ${val('weighted')} % with weighted χ², and ${val('squares')} % where the same machine weighs squared differences of the embedding.`,
    "Not the text's network nor its features: DeepFace's are non-negative ReLU outputs of 4,096 numbers, learned as a classifier; ours are the 192 signed numbers of MobileFaceNet, trained so that the cosine tells people apart, and split by sign into 384 non-negative ones. " +
      "C of the machine is SVM-light's rule 1 / mean ‖x‖², fixed before the first look; maxima, weights and thresholds are of the folds that are not judged.",
  ]
}
