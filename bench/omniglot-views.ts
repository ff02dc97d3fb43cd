import { batch, type Augmentation, type Pictures } from '../src-main/engine/training/augment.ts'
import type { Random } from '../src-main/engine/training/random.ts'
import { GLYPH_STEPS } from './omniglot-glyphs.ts'

/** How far a view may be from its glyph. */
export interface Distortion {
  readonly movement: Augmentation
  /** Half a stroke's width beyond the drawn one, in pixels, drawn evenly: from, to. */
  readonly thicken: readonly [number, number]
}

/** One of the eight symmetries of a square: 0 leaves the glyph; 1–3 turn it, 4–7 mirror it as well. */
export type Symmetry = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** Beyond a glyph everything is as far from ink as can be said. */
const FAR = 255
/** `batch` gives values as (value − MIDDLE)/MIDDLE. */
const MIDDLE = 128

/**
 * Glyphs as the network sees them, ink 1 on 0.
 * @param symmetries one for each place; all 0 when absent
 * @returns B × side × side
 */
export function drawViews(
  glyphs: Pictures,
  places: readonly number[],
  { movement, thicken: [thin, thick] }: Distortion,
  random: Random,
  symmetries?: readonly Symmetry[],
): Float32Array {
  const side = glyphs.width
  const size = side * side
  const fields = batch(glyphs, places, { ...movement, fill: FAR }, random)
  const views = new Float32Array(fields.length)
  places.forEach((_, i) => {
    const width = thin + (thick - thin) * random.next()
    const symmetry = symmetries?.[i] ?? 0
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        const distance = ((1 + fields[i * size + row * side + column]!) * MIDDLE) / GLYPH_STEPS
        // An edge is one pixel wide, its middle at the stroke's border.
        const ink = Math.min(1, Math.max(0, 0.5 + width - distance))
        views[i * size + moved(row, column, side, symmetry)] = ink
      }
  })
  return views
}

/** Where a pixel of a square goes under a symmetry. */
export function moved(row: number, column: number, side: number, symmetry: Symmetry): number {
  const x = symmetry > 3 ? side - 1 - column : column
  switch (symmetry % 4) {
    case 1:
      return x * side + (side - 1 - row)
    case 2:
      return (side - 1 - row) * side + (side - 1 - x)
    case 3:
      return (side - 1 - x) * side + row
    default:
      return row * side + x
  }
}
