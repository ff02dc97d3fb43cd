export interface Tuned {
  readonly rate: number
  /** Every rate that was tried, and its error. */
  readonly tried: readonly { readonly rate: number; readonly error: number }[]
}

const MOST = 8

/**
 * The rate of the smallest error. It begins with three rates about `first`, and goes on while the best of them is the smallest
 * or the largest tried.
 * @param first a power of ten
 * @param errorOf of a rate; training that diverged has an error like any other
 */
export async function tunedRate(first: number, errorOf: (rate: number) => Promise<number>): Promise<Tuned> {
  const tried: { rate: number; error: number }[] = []
  const attempt = async (place: number) => {
    const rate = rateOf(first, place)
    tried.push({ rate, error: await errorOf(rate) })
  }
  let [low, high] = [-1, 1]
  for (let place = low; place <= high; place++) await attempt(place)
  for (;;) {
    const best = tried.reduce((a, b) => (b.error < a.error ? b : a))
    const atLow = best.rate === rateOf(first, low)
    if (tried.length >= MOST || (!atLow && best.rate !== rateOf(first, high))) return { rate: best.rate, tried }
    await attempt(atLow ? --low : ++high)
  }
}

/** 1, 3, 10, 30 … times `first` for 0, 1, 2, 3 …; 0.3, 0.1 … times it for −1, −2 …. */
function rateOf(first: number, place: number): number {
  const [whole, odd] = [Math.floor(place / 2), place & 1]
  return Number((first * 10 ** whole * (odd ? 3 : 1)).toPrecision(2))
}
