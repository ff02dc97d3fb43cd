/** For sentences in results. */
export const percent = (value: number): string => `${value.toFixed(1)} %`
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`

/** Spearman's rank correlation; equal values share the mean of their ranks. 0 where one of the lists has only equal ones. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)]
  const middle = (a.length - 1) / 2
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0)
  const together = sum((i) => (x[i]! - middle) * (y[i]! - middle))
  const apart = Math.sqrt(sum((i) => (x[i]! - middle) ** 2) * sum((i) => (y[i]! - middle) ** 2))
  return apart === 0 ? 0 : together / apart
}

const ranks = (values: readonly number[]): number[] =>
  values.map((value) => {
    const less = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return less + (equal - 1) / 2
  })
