import { describe, expect, it } from 'vitest'
import { glyphOf, SIDE, together } from '../../bench/omniglot-glyphs.ts'
import { drawViews, moved, type Symmetry } from '../../bench/omniglot-views.ts'
import { OMNIGLOT_SIDE } from '../../src-main/engine/networks/omniglot-net.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'

/** A bar across the middle with a hook on its right end. */
const hook = () => {
  const ink = new Uint8Array(SIDE * SIDE)
  for (let x = 15; x < 90; x++) ink[50 * SIDE + x] = 1
  for (let y = 20; y < 50; y++) ink[y * SIDE + 89] = 1
  return together([glyphOf(ink)])
}
const still = (width: number) => ({ movement: {}, thicken: [width, width] as const })
const inkOf = (view: Float32Array) => view.reduce((sum, value) => sum + value, 0)
const symmetries: readonly Symmetry[] = [0, 1, 2, 3, 4, 5, 6, 7]

describe('a view of a glyph', () => {
  it('has ink between 0 and 1, and more of it with thicker strokes', () => {
    const thin = drawViews(hook(), [0], still(0.3), createRandom(1))
    const thick = drawViews(hook(), [0], still(1.3), createRandom(1))
    expect(Math.min(...thin)).toBe(0)
    expect(Math.max(...thick)).toBe(1)
    expect(inkOf(thick) / inkOf(thin)).toBeGreaterThan(1.5)
  })

  it('is another under each of the eight symmetries, with the same ink', () => {
    const views = symmetries.map((symmetry) => drawViews(hook(), [0], still(0.8), createRandom(1), [symmetry]))
    expect(new Set(views.map((view) => view.join())).size).toBe(8)
    for (const view of views) expect(inkOf(view)).toBeCloseTo(inkOf(views[0]!), 2)
  })

  it('moves each pixel to a place of its own, and a quarter turn taken four times gives it back', () => {
    const side = 6
    for (const symmetry of symmetries) {
      const places = Array.from({ length: side * side }, (_, at) =>
        moved(Math.floor(at / side), at % side, side, symmetry),
      )
      expect(new Set(places).size).toBe(side * side)
    }
    let at = 3
    for (let turn = 0; turn < 4; turn++) at = moved(Math.floor(at / side), at % side, side, 1)
    expect(at).toBe(3)
  })

  it('is the same again from the same random state, and another from the next', () => {
    const bent = { movement: { rotation: 0.2, elastic: { spacing: 12, strength: 1 } }, thicken: [0.3, 1.6] as const }
    const draw = (seed: number) => drawViews(hook(), [0], bent, createRandom(seed))
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
    expect(draw(5).length).toBe(OMNIGLOT_SIDE * OMNIGLOT_SIDE)
  })
})
