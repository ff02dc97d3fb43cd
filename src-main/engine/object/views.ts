import type { Box } from '../../contract/types.ts'
import { inPairs, rowByRow, sum, type Features } from '../features.ts'
import type { Picture } from '../picture/decode.ts'
import { clip, scaled } from '../picture/geometry.ts'
import { objectView, viewOf } from '../picture/views.ts'
import { colourPart } from './colour.ts'
import type { Correction, Seen } from './embed.ts'

/**
 * What a head is applied to: the mean of both network outputs, then the colours, as they are.
 * @returns 1280 + 144 values
 */
export function rawFeatures({ pair, colours }: Seen): Float32Array {
  return joined(
    sum(...pair).map((value) => value / 2),
    colours,
  )
}

/**
 * Features of random views of a box of the picture, each looked at once.
 * @param key names the thing and the views
 * @returns count × F
 */
export function viewFeatures(
  picture: Picture,
  box: Box,
  { key, count, side }: { key: string; count: number; side: number },
  features: Features,
  { colour }: Correction,
): Float32Array {
  const { pixels, scale } = picture
  const part = clip(scaled(box, scale), pixels.width, pixels.height)
  const crops = Array.from({ length: count }, (_, i) => objectView(pixels, part, viewOf(key, i), side))
  const rows = inPairs(crops, features).map((network, i) => joined(network, colourPart(crops[i]!, side, colour)))
  return rowByRow(rows)
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const row = new Float32Array(a.length + b.length)
  row.set(a)
  row.set(b, a.length)
  return row
}
