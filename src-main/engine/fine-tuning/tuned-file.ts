import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../../../db/durable-file.ts'
import { AppError } from '../../contract/errors.ts'
import type { Weight } from '../weights.ts'

const FORMAT = 'semblance-tuned/1'
export const TUNED_FILES = ['tuned.json', 'tuned.bin'] as const
/** Values of all changed weights together: some ten times what the shipped networks have. */
const MOST = 50_000_000

/** The weights of a network that fine-tuning changed; all others are its parent's. */
export interface Tuned {
  readonly network: string
  /** sha256 of the shipped weight file that it began from, hex. */
  readonly parent: string
  /** Batch norm folded. */
  readonly weights: ReadonlyMap<string, Weight>
}

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  network: z.string().min(1).max(60),
  parent: z.string().regex(/^[0-9a-f]{64}$/),
  tensors: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        shape: z.array(z.number().int().min(1).max(100_000)).max(4),
      }),
    )
    .min(1)
    .max(1000),
})

const sizeOf = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 1)

/** Writes tuned.bin, then tuned.json, each whole or not at all. */
export function writeTuned(folder: string, { network, parent, weights }: Tuned): void {
  mkdirSync(folder, { recursive: true })
  const tensors = [...weights].map(([name, { shape }]) => ({ name, shape: [...shape] }))
  const bytes = [...weights.values()].map(({ values: { buffer, byteOffset, byteLength } }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  )
  writeDurably(join(folder, TUNED_FILES[1]), Buffer.concat(bytes))
  writeDurably(join(folder, TUNED_FILES[0]), JSON.stringify({ format: FORMAT, network, parent, tensors }))
}

/** @throws AppError 'model-missing' when a file is absent, of another format, of another length or holds no numbers */
export async function readTuned(folder: string): Promise<Tuned> {
  const [text, bytes] = await Promise.all(
    TUNED_FILES.map((name) =>
      readFile(join(folder, name)).catch((cause: unknown) => Promise.reject(unusable(`${name} cannot be read`, cause))),
    ),
  )
  const header = headerSchema.safeParse(json(text!.toString('utf8')))
  if (!header.success) throw unusable('tuned.json has an unknown format', header.error)
  const { network, parent, tensors } = header.data
  const size = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  if (size > MOST || bytes!.byteLength !== 4 * size)
    throw unusable(`tuned.bin has ${bytes!.byteLength} bytes where ${4 * size} are announced`)
  // A copy, because the file's buffer need not start at a multiple of four.
  const values = new Float32Array(new Uint8Array(bytes!).buffer)
  if (!values.every(Number.isFinite)) throw unusable('tuned.bin holds a value that is no number')
  let at = 0
  const weights = tensors.map(({ name, shape }): [string, Weight] => [
    name,
    { shape, values: values.slice(at, (at += sizeOf(shape))) },
  ])
  return { network, parent, weights: new Map(weights) }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unusable = (why: string, cause?: unknown) =>
  new AppError('model-missing', `The learned model cannot be used: ${why}. Rolling back or training again helps.`, {
    cause,
  })
