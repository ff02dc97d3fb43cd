/** DeepFace's ε: no component is divided by less. */
const LEAST_MAXIMUM = 0.05

/**
 *   [max(f, 0), max(−f, 0)]
 *
 * DeepFace's features come out of a ReLU and are never negative; ours leave a linear layer and have both signs, and the
 * layers before it end with PReLU or with no activation, so that none of them is without signs. Split in two, a component
 * keeps its sign and all of its size, and two faces that differ in sign share neither half. Shifting a component to be
 * positive would let where zero lies decide the denominator of χ².
 * @param features D @returns 2D
 */
export function signSplit(features: Float32Array): Float64Array {
  const size = features.length
  const out = new Float64Array(2 * size)
  for (let k = 0; k < size; k++) {
    out[k] = Math.max(features[k]!, 0)
    out[size + k] = Math.max(-features[k]!, 0)
  }
  return out
}

/** max(max_n f_nk, ε) of each component over a training set. Taigman et al. 2014, section 3.3. */
export function featureMaxima(rows: readonly Float64Array[], least = LEAST_MAXIMUM): Float64Array {
  const maxima = new Float64Array(rows[0]!.length).fill(least)
  for (const row of rows) for (let k = 0; k < row.length; k++) maxima[k] = Math.max(maxima[k]!, row[k]!)
  return maxima
}

/** f̄ / ‖f̄‖ with f̄_k = f_k / maximum_k: between 0 and 1. A row of zeros stays. Taigman et al. 2014, section 3.3. */
export function deepFaceNormalised(row: Float64Array, maxima: Float64Array): Float64Array {
  const out = row.map((value, k) => value / maxima[k]!)
  const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0))
  return length > 0 ? out.map((value) => value / length) : out
}

/** (f_k − g_k)² / (f_k + g_k) of each component; 0 where both are 0. Taigman et al. 2014, section 4.1. */
export function chiSquaredTerms(f: Float64Array, g: Float64Array): Float64Array {
  const out = new Float64Array(f.length)
  for (let k = 0; k < f.length; k++) {
    const sum = f[k]! + g[k]!
    if (sum > 0) out[k] = (f[k]! - g[k]!) ** 2 / sum
  }
  return out
}
