import { AppError } from '../../contract/errors.ts'
import { mirrored, sum, unit, type Features } from '../features.ts'
import { readModelFile, type ModelFolder } from '../weights.ts'
import { colourPart, type ColourConstants } from './colour.ts'

const FORMAT = 'semblance-object-embedding/1'

/** resources/models/object/correction.json */
export interface Correction {
  readonly dimensions: number
  /** Side of the central crop, in sides of the picture. */
  readonly crop: number
  readonly colour: ColourConstants
  /** What the network gives on average. */
  readonly mean: Float32Array
}

export async function readCorrection(folder: ModelFolder): Promise<Correction> {
  const text = (await readModelFile(folder, 'correction.json')).toString('utf8')
  const { format, mean, ...rest } = JSON.parse(text) as Correction & { format: string; mean: number[] }
  if (format !== FORMAT)
    throw new AppError(
      'model-missing',
      'The file correction.json has an unknown format. Setting the app up again restores it.',
    )
  return { ...rest, mean: Float32Array.from(mean) }
}

/** What an embedding is made of: the network's output for the picture and for its mirrored middle, and the colours. */
export interface Seen {
  readonly pair: readonly [Float32Array, Float32Array]
  readonly colours: Float32Array
}

export function seeObject(crop: Uint8Array, side: number, features: Features, correction: Correction): Seen {
  const [pair] = features([[crop, mirrored(middleOf(crop, side, correction.crop), side)]])
  return { pair: [pair![0], pair![1]], colours: colourPart(crop, side, correction.colour) }
}

/**
 * The embedding of an object as resources/models/object/README.md defines it: √(1 − share) of what the network sees in the
 * picture and in its mirrored middle, less its mean, and √share of the colours.
 * @param crop side × side × 3
 * @returns `dimensions` values of unit length
 */
export function embedObject(crop: Uint8Array, side: number, features: Features, correction: Correction): Float32Array {
  return embeddingOf(seeObject(crop, side, features, correction), correction)
}

export function embeddingOf({ pair, colours }: Seen, { mean, colour, dimensions }: Correction): Float32Array {
  const less = (output: Float32Array) => unit(output.map((value, i) => value - mean[i]!))
  const network = unit(sum(less(pair[0]), less(pair[1])))
  const embedding = new Float32Array(dimensions)
  embedding.set(network.map((value) => value * Math.sqrt(1 - colour.share)))
  embedding.set(
    colours.map((value) => value * Math.sqrt(colour.share)),
    network.length,
  )
  return embedding
}

/** The central `share` of a square crop, enlarged to its size again by bilinear sampling; not rounded. */
export function middleOf(crop: Uint8Array, side: number, share: number): Float32Array {
  const places = Array.from({ length: side }, (_, k) => {
    const place = (side * (1 - share)) / 2 + (k + 0.5) * share - 0.5
    const at = Math.floor(place)
    return { at, next: place - at }
  })
  const out = new Float32Array(side * side * 3)
  let to = 0
  for (const { at: y, next: down } of places)
    for (const { at: x, next: right } of places)
      for (let k = 0; k < 3; k++) {
        const value = (row: number, column: number) => crop[(row * side + column) * 3 + k]!
        const above = value(y, x) * (1 - right) + value(y, x + 1) * right
        const below = value(y + 1, x) * (1 - right) + value(y + 1, x + 1) * right
        out[to++] = above * (1 - down) + below * down
      }
  return out
}
