export interface Point {
  readonly step: number
  readonly value: number
  /** Of the interval or spread that the chart says it draws. */
  readonly low?: number
  readonly high?: number
}
/** Colours for lines that stand for no meaning; from the fifth on they are dashed, for eyes that mix colours up. */
export const HUES = ['hue-0', 'hue-1', 'hue-2', 'hue-3', 'hue-4', 'hue-5', 'hue-6', 'hue-7'] as const
export interface Line {
  readonly name: string
  readonly tone: 'genuine' | 'impostor' | 'accent' | (typeof HUES)[number]
  readonly points: readonly Point[]
}

/** What the axes run over; a line without spread gets some room. */
export function scaleOf(lines: readonly Line[], from?: number) {
  let [first, last, low, high] = [Infinity, -Infinity, from ?? Infinity, -Infinity]
  for (const { points } of lines)
    for (const point of points) {
      first = Math.min(first, point.step)
      last = Math.max(last, point.step)
      low = Math.min(low, point.low ?? point.value)
      high = Math.max(high, point.high ?? point.value)
    }
  if (first > last) return { first: 0, last: 1, low: 0, high: 1 }
  const room = high > low ? 0 : Math.max(Math.abs(high) * 0.1, 0.01)
  return { first, last, low: low - (from === undefined ? room : 0), high: high + room }
}

/** Three to five round values within the axis. */
export function ticksOf(low: number, high: number): number[] {
  const raw = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-12)))
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? 10 * power
  const ticks: number[] = []
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step)
    ticks.push(Number(at.toPrecision(12)))
  return ticks
}

/** At most about `most` points: means of as many neighbours as it takes, the last point as it is. */
export function thin(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points
  const size = Math.ceil(points.length / most)
  const mean = (part: readonly Point[], of: (point: Point) => number) =>
    part.reduce((sum, point) => sum + of(point), 0) / part.length
  const means: Point[] = []
  for (let at = 0; at < points.length - 1; at += size) {
    const part = points.slice(at, Math.min(at + size, points.length - 1))
    const banded = part.every((point) => point.low !== undefined)
    means.push({
      step: mean(part, (point) => point.step),
      value: mean(part, (point) => point.value),
      ...(banded ? { low: mean(part, (point) => point.low!), high: mean(part, (point) => point.high!) } : {}),
    })
  }
  return [...means, points.at(-1)!]
}

/**
 * Where the name of each line stands at its right end, clear of the stretch of line that the name covers: the uppermost
 * line's above it, another's below it, or above it where nothing fits below; all above one another when lines lie close.
 * @param ends highest and lowest pixel of that stretch
 */
export function endLabels(
  ends: readonly { readonly name: string; readonly top: number; readonly bottom: number }[],
  floor: number,
) {
  const sorted = [...ends].sort((a, b) => a.top - b.top)
  if (sorted.length === 1) return sorted.map(({ name, bottom }) => ({ name, y: Math.min(bottom + 15, floor) }))
  const placed: { readonly name: string; readonly y: number }[] = []
  for (const [i, { name, top, bottom }] of sorted.entries()) {
    const before = sorted[i - 1]
    if (!before) placed.push({ name, y: Math.max(top - 6, 10) })
    else if (bottom + 15 <= floor) placed.push({ name, y: bottom + 15 })
    else if (top - 20 > before.bottom) placed.push({ name, y: top - 6 })
    else return stacked(sorted)
  }
  return placed
}

const stacked = (sorted: readonly { readonly name: string; readonly top: number }[]) =>
  sorted.map(({ name }, i) => {
    const below = 14 * (sorted.length - 1)
    return { name, y: Math.max(sorted[0]!.top - 6, 10 + below) - below + 14 * i }
  })
