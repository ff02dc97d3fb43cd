/** Numbers as the window writes them. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export const count = (n: number) => whole.format(n)

/** With a space that does not break; two significant digits, so that neither 0.04 % nor 37 % claims more than was counted. */
export const percent = (fraction: number) => `${short.format(fraction * 100)}\u00a0%`

export const distanceText = (distance: number) => distance.toFixed(2)

/** A limit of 0.001 stays one: small figures keep two significant digits. */
export const figure = (n: number) =>
  n < 0.1 ? short.format(n) : new Intl.NumberFormat('en', { maximumFractionDigits: n < 10 ? 2 : 0 }).format(n)

export const date = (at: number) => day.format(at)

export function timeLeft(seconds: number): string {
  if (seconds < 1) return 'less than a second left'
  if (seconds < 90) return `${Math.round(seconds)} s left`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`
  return `${(seconds / 3600).toFixed(1)} h left`
}

export const rateText = (rate: number) => `${rate < 10 ? rate.toFixed(1) : count(rate)} pictures/s`
