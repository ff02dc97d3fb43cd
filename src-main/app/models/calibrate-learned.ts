import type { Calibration } from '../../contract/types.ts'
import { thresholdsOf, type Judged } from '../evaluation/calibration.ts'
import { ratesAt, type Scores } from '../evaluation/error-rates.ts'
import { histogramOf } from '../evaluation/histogram.ts'
import { below, seededRandom } from '../evaluation/random.ts'

/** Strangers are asked to a gallery of so many identities, so many times, as for a shipped model. */
const GALLERY = 20
const DRAWS = 20_000

/**
 * Thresholds of a learned model by the rule of its profile's shipped one, from distances that were held out of training.
 * A stranger's distance to its nearest of 20 identities is the least of 20 impostor distances drawn at random.
 * @param genuine distances between pictures (or views) of one identity; where the model has prototypes, to its prototype
 * @param impostor the same between different identities
 * @param source says what the distances were measured on
 * @throws AppError bad-table when they leave no band between same and different
 */
export function calibrateLearned(
  judged: Judged,
  genuine: Float32Array,
  impostor: Float32Array,
  source: Calibration['source'],
): Omit<Calibration, 'profile' | 'model'> {
  const scores: Scores = { genuine: Float64Array.from(genuine).sort(), impostor: Float64Array.from(impostor).sort() }
  const random = seededRandom(1)
  const strangers = Float64Array.from({ length: scores.impostor.length === 0 ? 0 : DRAWS }, () => {
    let nearest = Infinity
    for (let i = 0; i < GALLERY; i++)
      nearest = Math.min(nearest, scores.impostor[below(scores.impostor.length, random)]!)
    return nearest
  }).sort()
  const thresholds = thresholdsOf(judged, scores, strangers)
  const at = (distance: number) => {
    const { fmr, fnmr } = ratesAt(scores, distance)
    return { distance, fmr: Number(fmr.toFixed(6)), fnmr: Number(fnmr.toFixed(6)) }
  }
  return {
    thresholds,
    rates: { same: at(thresholds.same), different: at(thresholds.different), known: at(thresholds.known) },
    genuine: histogramOf(scores.genuine),
    impostor: histogramOf(scores.impostor),
    genuinePairs: scores.genuine.length,
    impostorPairs: scores.impostor.length,
    source,
  }
}
