/** At most so often (milliseconds), and for at most this share of the time, is the map drawn while a run learns. */
const EVERY = 5000
const SHARE = 0.05

/**
 * Lets a map be drawn now and then between two steps.
 * @param draw takes what `place` gives; both together are what a map costs
 * @returns to be called after every step
 */
export function createLiveMap<T>(
  draw: (step: number, placed: T) => void,
  now = () => performance.now(),
): (step: number, place: () => T) => void {
  let next = now() + EVERY
  return (step, place) => {
    const began = now()
    if (began < next) return
    draw(step, place())
    const ended = now()
    next = ended + Math.max(EVERY, (ended - began) / SHARE)
  }
}
