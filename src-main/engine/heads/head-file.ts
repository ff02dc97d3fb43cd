import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../../db/durable-file.ts'
import { AppError } from '../../contract/errors.ts'
import { PROFILES, type Profile } from '../../contract/types.ts'
import { inputs, type HeadModel, type HiddenLayer } from './head.ts'

const FORMAT = 'semblance-head/1'
export const HEAD_FILES = ['head.json', 'head.bin'] as const
/** Larger than any head that is made here: what a file claims is checked before memory is taken for it. */
const MOST = { features: 16_384, dimensions: 4096, hidden: 4096, identities: 1_000_000 }

interface Header {
  readonly format: string
  readonly profile: Profile
  readonly base: string
  readonly parts: readonly { readonly length: number; readonly share: number }[]
  readonly dimensions: number
  readonly hidden: number
  readonly identities: readonly string[]
}

/** Writes head.bin, then head.json, each whole or not at all; a folder without head.json holds no head. */
export function writeHead(folder: string, head: HeadModel): void {
  const { profile, base, parts, dimensions, hidden, prototypes } = head
  const header: Header = {
    format: FORMAT,
    profile,
    base,
    parts: parts.map(({ mean, share }) => ({ length: mean.length, share })),
    dimensions,
    hidden: hidden?.bias.length ?? 0,
    identities: prototypes?.identities ?? [],
  }
  const tables = [
    ...parts.map(({ mean }) => mean),
    head.weights,
    ...(hidden ? [hidden.into, hidden.bias, hidden.out] : []),
    ...(prototypes ? [prototypes.vectors] : []),
  ]
  const lengths = lengthsOf(header)
  tables.forEach((table, i) => {
    if (table.length !== lengths[i])
      throw new Error(`table ${i} of a head has ${table.length}, not ${lengths[i]} values`)
  })
  mkdirSync(folder, { recursive: true })
  writeDurably(join(folder, HEAD_FILES[1]), Buffer.concat(tables.map((table) => bytesOf(table))))
  writeDurably(join(folder, HEAD_FILES[0]), JSON.stringify(header))
}

/** @throws AppError 'model-missing' when a file is absent, of another format, of another length or holds no numbers */
export async function readHead(folder: string): Promise<HeadModel> {
  const [text, bytes] = await Promise.all(
    HEAD_FILES.map((name) =>
      readFile(join(folder, name)).catch((cause: unknown) => Promise.reject(unusable(`${name} cannot be read`, cause))),
    ),
  )
  const header = parsed(text!.toString('utf8'))
  const lengths = lengthsOf(header)
  const values = lengths.reduce((sum, length) => sum + length, 0)
  if (bytes!.byteLength !== 4 * values)
    throw unusable(`head.bin has ${bytes!.byteLength} bytes where ${4 * values} are announced`)
  // A copy, because the file's buffer need not start at a multiple of four.
  const all = new Float32Array(new Uint8Array(bytes!).buffer)
  if (!all.every(Number.isFinite)) throw unusable('head.bin holds a value that is no number')
  let at = 0
  const tables = lengths.map((length) => all.slice(at, (at += length)))
  const parts = header.parts.map(({ share }) => ({ share, mean: tables.shift()! }))
  const weights = tables.shift()!
  const hidden: HiddenLayer | undefined =
    header.hidden > 0 ? { into: tables.shift()!, bias: tables.shift()!, out: tables.shift()! } : undefined
  const { profile, base, dimensions, identities } = header
  const prototypes = identities.length > 0 ? { identities, vectors: tables.shift()! } : undefined
  return { profile, base, dimensions, parts, weights, ...(hidden && { hidden }), ...(prototypes && { prototypes }) }
}

/** Values of each table in head.bin, in its order. */
function lengthsOf({ parts, dimensions, hidden, identities }: Header): number[] {
  const size = inputs({ parts: parts.map(({ length, share }) => ({ mean: { length } as Float32Array, share })) })
  return [
    ...parts.map(({ length }) => length),
    size * dimensions,
    ...(hidden > 0 ? [size * hidden, hidden, hidden * dimensions] : []),
    ...(identities.length > 0 ? [identities.length * dimensions] : []),
  ]
}

function parsed(text: string): Header {
  const count = (value: unknown, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
  let header: Header
  try {
    header = JSON.parse(text) as Header
    const sound =
      header.format === FORMAT &&
      PROFILES.some((profile) => profile === header.profile) &&
      typeof header.base === 'string' &&
      header.parts.length > 0 &&
      header.parts.every(({ length, share }) => count(length, 1, MOST.features) && share >= 0 && share <= 1) &&
      header.parts.length <= 8 &&
      count(header.dimensions, 1, MOST.dimensions) &&
      count(header.hidden, 0, MOST.hidden) &&
      header.identities.length <= MOST.identities &&
      header.identities.every((id) => typeof id === 'string')
    if (!sound) throw new Error('a field is absent or out of range')
  } catch (cause) {
    throw unusable('head.json has an unknown format', cause)
  }
  return header
}

function bytesOf(table: Float32Array): Uint8Array {
  return new Uint8Array(table.buffer, table.byteOffset, table.byteLength)
}

const unusable = (why: string, cause?: unknown) =>
  new AppError('model-missing', `The learned model cannot be used: ${why}. Rolling back or training again helps.`, {
    cause,
  })
