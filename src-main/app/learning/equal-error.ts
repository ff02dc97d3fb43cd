import type { Rate } from '../../contract/types.ts'
import { equalErrorRate } from '../evaluation/error-rates.ts'
import { boundWithoutErrors } from '../evaluation/paired.ts'
import { seededRandom } from '../evaluation/random.ts'

const DRAWS = 200
/** Pairs of a draw: sorting millions two hundred times gives no finer interval. */
const MOST = 2000

/**
 * The equal error rate of distances, with the middle 95 % of draws of pairs with replacement (percentile bootstrap).
 * Pairs that share a picture are drawn apart, so the interval is somewhat too narrow. Where no draw crosses, the upper bound
 * is 3/N.
 */
export function equalErrorWithInterval(genuine: Float32Array, impostor: Float32Array): Rate {
  const trials = Math.min(genuine.length, impostor.length)
  if (trials === 0) return { value: 0, low: 0, high: 1, errors: 0, trials }
  const ascending = (values: Float32Array) => Float64Array.from(values).sort()
  const [near, far] = [ascending(genuine), ascending(impostor)]
  // A point for each impostor distance: of many, evenly chosen ones.
  const value = equalErrorRate({ genuine: near, impostor: near.length + far.length > MOST ? thinned(far) : far })
  const random = seededRandom(1)
  const draw = (values: Float64Array) =>
    Float64Array.from(
      { length: Math.min(MOST, values.length) },
      () => values[Math.floor(random() * values.length)]!,
    ).sort()
  const drawn = Array.from({ length: DRAWS }, () => crossing(draw(near), draw(far))).sort((a, b) => a - b)
  return {
    value,
    low: Math.min(value, drawn[Math.floor(0.025 * DRAWS)]!),
    high: Math.max(value, drawn[Math.ceil(0.975 * DRAWS) - 1]! || boundWithoutErrors(trials)),
    errors: Math.round(value * trials),
    trials,
  }
}

function thinned(values: Float64Array): Float64Array {
  const every = Math.max(1, values.length / MOST)
  return Float64Array.from({ length: Math.min(MOST, values.length) }, (_, i) => values[Math.floor((i + 0.5) * every)]!)
}

/** Where the share of impostors let in meets the share of genuine ones kept out, by one walk along both ascending lists. */
function crossing(genuine: Float64Array, impostor: Float64Array): number {
  let passed = 0
  for (let accepted = 0; accepted <= genuine.length; accepted++) {
    const limit = accepted === 0 ? -1 : genuine[accepted - 1]!
    while (passed < impostor.length && impostor[passed]! <= limit) passed++
    const fmr = passed / impostor.length
    const fnmr = 1 - accepted / genuine.length
    if (fmr >= fnmr) return (fmr + fnmr) / 2
  }
  return 0
}
