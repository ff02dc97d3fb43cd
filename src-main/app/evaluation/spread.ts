export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation, √(Σ (v − mean)² / (n − 1)); 0 for a single value, which cannot spread. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

/** Fraction as percent with `digits` decimals. */
export function percent(fraction: number, digits = 2): number {
  return Number((100 * fraction).toFixed(digits))
}
