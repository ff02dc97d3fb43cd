/** A share with Wilson's 95 % interval (1927); from 0 to 1 where nothing was tried. */
export function shareOf(count: number, trials: number): { error: number; low: number; high: number } {
  if (trials === 0) return { error: 0, low: 0, high: 1 }
  const error = count / trials
  const z2 = 1.96 ** 2 / trials
  const centre = (error + z2 / 2) / (1 + z2)
  const half = Math.sqrt(error * (1 - error) * z2 + z2 ** 2 / 4) / (1 + z2)
  return { error, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
