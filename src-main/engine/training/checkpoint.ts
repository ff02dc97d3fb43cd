import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../../db/durable-file.ts'
import type { Stored } from './network.ts'

const FORMAT = 'semblance-checkpoint/1'
/** The newest, and one before it for the case that the newest turns out damaged. */
const KEPT = 2

/**
 * Everything that a run must have again to end with the same weights as if it had never stopped. `numbers` is any JSON:
 * step, random state, place in the shuffle, accumulated β, averages, best so far, configuration.
 */
export interface Checkpoint {
  readonly step: number
  readonly tensors: ReadonlyMap<string, Stored>
  readonly numbers: unknown
}

interface Header {
  readonly step: number
  readonly numbers: unknown
  /** In the order of their values. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * One file: the format's name, a line feed, the sha256 of all that follows the next line feed, a line feed, the length of
 * the header in bytes, a line feed, the header as JSON, then float32 values, little-endian.
 */
export function encode({ step, tensors, numbers }: Checkpoint): Uint8Array {
  const header: Header = { step, numbers, tensors: [...tensors].map(([name, { shape }]) => ({ name, shape })) }
  const json = Buffer.from(JSON.stringify(header), 'utf8')
  const values = [...tensors.values()].map((stored) => {
    const { buffer, byteOffset, byteLength } = stored.values
    return Buffer.from(buffer, byteOffset, byteLength)
  })
  const body = Buffer.concat([Buffer.from(`${json.length}\n`), json, ...values])
  return Buffer.concat([Buffer.from(`${FORMAT}\n${sha256(body)}\n`), body])
}

/** @throws Error that says what is wrong with the bytes */
export function decode(bytes: Uint8Array): Checkpoint {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const line = (from: number) => {
    const end = file.indexOf(10, from)
    if (end < 0 || end - from > 100) throw new Error('The file is no checkpoint.')
    return { text: file.toString('utf8', from, end), next: end + 1 }
  }
  const format = line(0)
  if (format.text !== FORMAT) throw new Error('The file is no checkpoint, or one of another version.')
  const checksum = line(format.next)
  if (sha256(file.subarray(checksum.next)) !== checksum.text)
    throw new Error('The checkpoint differs from its checksum.')
  const length = line(checksum.next)
  const from = length.next + Number(length.text)
  const { step, numbers, tensors } = JSON.parse(file.toString('utf8', length.next, from)) as Header
  let at = from
  const read = tensors.map(({ name, shape }) => {
    const size = 4 * shape.reduce((product, side) => product * side, 1)
    const end = at + size
    if (end > file.length) throw new Error('The checkpoint is too short.')
    // A copy, because the values need not start at a multiple of four.
    const values = new Float32Array(new Uint8Array(file.subarray(at, end)).buffer)
    at = end
    return [name, { shape, values }] as const
  })
  return { step, numbers, tensors: new Map(read) }
}

const NAME = /^checkpoint-(\d{10})$/
const nameOf = (step: number) => `checkpoint-${String(step).padStart(10, '0')}`

function written(folder: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return entries
    .filter((entry) => entry.isFile() && NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort()
    .reverse()
}

/**
 * Writes a checkpoint into the folder of a run and removes all but the two newest. At any moment the newest one that is
 * there is whole: it is written beside, synced, renamed, and only then older ones go.
 * @throws the file system's error, with what was there before left as it was
 */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, nameOf(checkpoint.step))
  writeDurably(path, encode(checkpoint))
  for (const name of written(folder).slice(KEPT)) rmSync(join(folder, name), { force: true })
  for (const name of readdirSync(folder)) if (isLeftOver(name)) rmSync(join(folder, name), { force: true })
  return path
}

/** The half-written file of a process that ended. */
const isLeftOver = (name: string) =>
  name.startsWith('checkpoint-') && name.endsWith('.part') && !name.endsWith(`.${process.pid}.part`)

export interface Found {
  readonly checkpoint: Checkpoint
  readonly path: string
  /** Newer files that are damaged, and how. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[]
}

/** The newest checkpoint that is whole; undefined when there is none. */
export function newestCheckpoint(folder: string): Found | undefined {
  const damaged: { path: string; reason: string }[] = []
  for (const name of written(folder)) {
    const path = join(folder, name)
    try {
      return { checkpoint: decode(readFileSync(path)), path, damaged }
    } catch (error) {
      damaged.push({ path, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return undefined
}

/** Of all tensors' names, shapes and values: two runs that end alike have the same. */
export function weightHash(tensors: ReadonlyMap<string, Stored>): string {
  const hash = createHash('sha256')
  for (const [name, { shape, values }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join(' ')}\n`)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex')
}
