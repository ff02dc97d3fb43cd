import { warp, type Pixels } from './geometry.ts'

const [COLUMNS, ROWS] = [9, 8]

/**
 * Difference hash: the picture as 9 × 8 greys, one bit for each that is brighter than its left neighbour (N. Krawetz, "Kind of
 * Like That", 2013). It survives scaling, recompression and small changes of brightness.
 * @returns 64 bits as 16 hex digits, the top left pair first
 */
export function differenceHash(pixels: Pixels): string {
  const [x, y] = [pixels.width / COLUMNS, pixels.height / ROWS]
  const cells = warp(pixels, [x, 0, (x - 1) / 2, 0, y, (y - 1) / 2], COLUMNS, ROWS)
  const grey = Array.from(
    { length: COLUMNS * ROWS },
    (_, i) => 0.299 * cells[3 * i]! + 0.587 * cells[3 * i + 1]! + 0.114 * cells[3 * i + 2]!,
  )
  let bits = 0n
  for (let row = 0; row < ROWS; row++)
    for (let at = row * COLUMNS; at < row * COLUMNS + ROWS; at++)
      bits = (bits << 1n) | (grey[at + 1]! > grey[at]! ? 1n : 0n)
  return bits.toString(16).padStart(16, '0')
}
