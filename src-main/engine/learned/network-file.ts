import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../../../db/durable-file.ts'
import { matrix, row, unitRows, type Matrix } from '../heads/matrix.ts'
import { makeNetwork, type Input } from '../networks/table.ts'
import { tf, type Tensor4D } from '../tf.ts'
import { batch, type Pictures } from '../training/augment.ts'
import { decode, encode } from '../training/checkpoint.ts'
import { OF_LOSS, type Network, type Stored } from '../training/network.ts'

const FILE = 'network.bin'
/** More than any run from scratch asks for: a file from elsewhere decides how much is computed for a picture. */
const MOST_SIDE = 128
const MOST_DIMENSIONS = 1024
const ROWS_AT_ONCE = 256

const side = z.number().int().min(1).max(MOST_SIDE)
const finite = z.number().finite()
const factsSchema = z.strictObject({
  network: z.string().max(60),
  input: z.tuple([side, side, z.union([z.literal(1), z.literal(3)])]),
  /** Of the dense layer behind the network's own output; absent where there is none. */
  dimensions: z.number().int().min(2).max(MOST_DIMENSIONS).optional(),
  /** Where the references lie in the plane of a network with two outputs, and how far about their middle. */
  plane: z.strictObject({ x: finite, y: finite, radius: z.number().positive().finite() }).optional(),
})

export type Plane = NonNullable<z.infer<typeof factsSchema>['plane']>

/** A network from scratch as it serves. */
export interface ServedNetwork {
  readonly name: string
  /** Height, width, channels of the pictures that it takes. */
  readonly input: Input
  /** Of what `embed` gives. */
  readonly dimensions: number
  /** How many numbers it has. */
  readonly parameters: number
  /** The pictures at `places`, as training saw them. @returns rows × dimensions, of unit length; zeros for what gives none */
  embed(pictures: Pictures, places: ArrayLike<number>): Matrix
  /** Gives its tensors back; asked again, it makes them anew. */
  close(): void
}

/** @param tensors of the network: weights and running averages; what a loss learnt for itself is left out, because distances answer */
export function writeNetwork(
  folder: string,
  tensors: ReadonlyMap<string, Stored>,
  facts: {
    readonly network: string
    readonly input: Input
    readonly plane?: Plane | undefined
    readonly dimensions?: number
  },
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { network, input, plane, dimensions } = facts
  const numbers = { network, input, ...(plane && { plane }), ...(dimensions !== undefined && { dimensions }) }
  const own = new Map([...tensors].filter(([path]) => !path.startsWith(OF_LOSS)))
  writeDurably(join(folder, FILE), encode({ step: 0, tensors: own, numbers }))
}

/** @throws Error that says what is wrong with the file; AppError wrong-use for a network that there is none of */
export async function readNetwork(folder: string): Promise<ServedNetwork> {
  const { numbers, tensors } = decode(await readFile(join(folder, FILE)))
  const { network: name, input, plane, dimensions: behind } = factsSchema.parse(numbers)
  let live: Network | undefined
  function open(): Network {
    if (live) return live
    const made = makeNetwork(name, 0, input, behind)
    try {
      made.write(tensors)
    } catch (error) {
      made.dispose()
      throw error
    }
    return (live = made)
  }
  const { dimensions } = open()
  const close = () => {
    live?.dispose()
    live = undefined
  }
  try {
    check(open(), tensors, plane)
  } catch (error) {
    close()
    throw error
  }
  return {
    name,
    input,
    dimensions: plane ? 3 : dimensions,
    parameters: [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0),
    embed: (pictures, places) => placed(outputs(open(), pictures, places), plane),
    close,
  }
}

/** @throws Error unless the tensors are those of the network, all of them numbers, and there is a plane where it needs one */
function check(
  { variables, averages, dimensions }: Network,
  tensors: ReadonlyMap<string, Stored>,
  plane: Plane | undefined,
): void {
  if (tensors.size !== variables.size + averages.size) throw new Error('It holds tensors that the network has none of.')
  for (const [path, { values }] of tensors)
    if (!values.every(Number.isFinite)) throw new Error(`Its ${path} is no number somewhere.`)
  if ((plane !== undefined) !== (dimensions === 2)) throw new Error('Its plane and its network disagree.')
}

/** What a network gives for the pictures at `places`, as it is. @returns rows × D */
export function outputs(network: Network, pictures: Pictures, places: ArrayLike<number>): Matrix {
  const all = Array.from(places)
  const out = matrix(all.length, network.dimensions)
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
    const part = all.slice(at, at + ROWS_AT_ONCE)
    const values = tf.tidy(() => {
      const x = tf.tensor4d(batch(pictures, part), [part.length, ...network.input]) as Tensor4D
      return network.forward(x, { training: false }).dataSync() as Float32Array
    })
    out.values.set(values, at * network.dimensions)
  }
  return out
}

/**
 * Embeddings of unit length. A plane has no length to give away: it is laid on the sphere by the inverse stereographic
 * projection about the middle of the references, (2u, 2v, u² + v² − 1)/(u² + v² + 1), which keeps near things near.
 */
export function placed(raw: Matrix, plane: Plane | undefined): Matrix {
  if (!plane) return unitRows(raw)
  const out = matrix(raw.rows, 3)
  for (let i = 0; i < raw.rows; i++) {
    const [x, y] = row(raw, i) as unknown as readonly [number, number]
    const u = (x - plane.x) / plane.radius
    const v = (y - plane.y) / plane.radius
    const square = u * u + v * v
    out.values.set([(2 * u) / (square + 1), (2 * v) / (square + 1), (square - 1) / (square + 1)], 3 * i)
  }
  return out
}

/** Of the references of a network with two outputs; undefined for any other. */
export function planeOf(raw: Matrix): Plane | undefined {
  if (raw.columns !== 2) return undefined
  const mean = (axis: 0 | 1) => {
    let sum = 0
    for (let i = 0; i < raw.rows; i++) sum += row(raw, i)[axis]!
    return sum / Math.max(1, raw.rows)
  }
  const [x, y] = [mean(0), mean(1)]
  let square = 0
  for (let i = 0; i < raw.rows; i++) square += (row(raw, i)[0]! - x) ** 2 + (row(raw, i)[1]! - y) ** 2
  return { x, y, radius: Math.sqrt(square / Math.max(1, raw.rows)) || 1 }
}
