import { noiseFrom } from './random.mjs'
import { computed, mix, polished, rgb, smooth } from './surface.mjs'

/**
 * Sawn timber: long soft grain with darker growth rings, in `planks` boards across, each of its own shade.
 * Returns a ready material; `repeat` spreads it.
 */
export function timber({ light, dark, planks = 1, seed = 1, repeat, gloss = 0.25, size = 1024, rings = 9 }) {
  const { noise, fractal } = noiseFrom(seed)
  const [a, b] = [rgb(light), rgb(dark)]
  const at = (u, v) => {
    const board = Math.floor(v * planks)
    const across = v * planks - board
    const shift = board * 17.31
    const warp = fractal(u * 3 + shift, v * 8 + shift, 3)
    const grain = fractal(u * 4 + shift, v * 90 + warp * 4, 4)
    const ringed =
      Math.sin((across * rings + warp * 7 + noise(u * 2 + shift, across * 2) * 3) * Math.PI * 2) * 0.5 + 0.5
    const fleck = smooth(0.62, 0.8, noise(u * 26 + shift, v * 380))
    const shade = 0.2 + 0.3 * grain + 0.26 * ringed * ringed + 0.16 * (noise(board * 7.7, 3.3) - 0.5) + 0.16 * fleck
    const gap = planks > 1 ? smooth(0.0, 0.012, across) * smooth(1, 0.988, across) : 1
    return mix(a, b, shade).map((value) => value * (0.35 + 0.65 * gap))
  }
  return polished(computed(size, at, { repeat }), gloss)
}
