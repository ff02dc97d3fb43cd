/** Constants of the colour part; resources/models/object/README.md says how they were found. */
export interface ColourConstants {
  readonly bins: number
  readonly step: number
  readonly offset: number
  readonly red: number
  readonly green: number
  readonly sigma: number
  readonly share: number
}

/**
 * A histogram of chromaticity that looks at the middle more than at the border, square-rooted so that it has unit length:
 * bins × bins of u = R/t/red and v = G/t/green with t = R + G + B + offset, each pixel shared between the four nearest.
 * @param crop side × side × 3, 0…255
 */
export function colourPart(crop: ArrayLike<number>, side: number, constants: ColourConstants): Float32Array {
  const { bins, step, offset, red, green, sigma } = constants
  const histogram = new Float64Array(bins * bins)
  const middle = (side - 1) / 2
  const place = (value: number) => Math.min(Math.max(value * bins - 0.5, 0), bins - 1)
  for (let y = 0; y < side; y += step)
    for (let x = 0; x < side; x += step) {
      const at = (y * side + x) * 3
      const distance = ((y - middle) ** 2 + (x - middle) ** 2) / (side / 2) ** 2
      const weight = Math.exp(-distance / (2 * sigma ** 2))
      const total = crop[at]! + crop[at + 1]! + crop[at + 2]! + offset
      const u = place(crop[at]! / total / red)
      const v = place(crop[at + 1]! / total / green)
      const i = Math.min(Math.floor(u), bins - 2)
      const j = Math.min(Math.floor(v), bins - 2)
      const [s, t] = [u - i, v - j]
      histogram[bins * i + j]! += weight * (1 - s) * (1 - t)
      histogram[bins * (i + 1) + j]! += weight * s * (1 - t)
      histogram[bins * i + j + 1]! += weight * (1 - s) * t
      histogram[bins * (i + 1) + j + 1]! += weight * s * t
    }
  const all = histogram.reduce((total, value) => total + value, 0)
  return Float32Array.from(histogram, (value) => Math.sqrt(value / all))
}
