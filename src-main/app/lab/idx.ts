import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError, asAppError } from '../../contract/errors.ts'

/** Of idx: unsigned bytes. */
const BYTES = 8
/** A file that unpacks to more is no set of small pictures. */
const LARGEST = 1 << 30

/** The four files of MNIST (LeCun, Cortes & Burges) and its kin, with or without ".gz" behind. */
export const IDX_FILES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const
type IdxFile = (typeof IDX_FILES)[number]

export interface IdxPart {
  /** N · height · width values of 0…255. */
  readonly values: Uint8Array
  readonly labels: Uint8Array
}

export interface IdxSet {
  readonly train: IdxPart
  readonly test: IdxPart
  readonly width: number
  readonly height: number
}

/**
 * The idx format of MNIST: two zero bytes, the type of the values, the number of dimensions, each dimension as a
 * big-endian 32-bit number, then the values.
 * @throws AppError bad-picture for bytes that are something else, damaged-picture for too few or too many of them
 */
export function parseIdx(bytes: Uint8Array): { readonly shape: readonly number[]; readonly values: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0 || view.getUint8(2) !== BYTES)
    throw new AppError('bad-picture', 'The file is no idx file of bytes.')
  const dimensions = view.getUint8(3)
  const from = 4 + 4 * dimensions
  if (bytes.length < from) throw new AppError('damaged-picture', 'The idx file ends within its header.')
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const size = shape.reduce((product, side) => product * side, 1)
  if (bytes.length !== from + size)
    throw new AppError(
      'damaged-picture',
      `The idx file holds ${bytes.length - from} values and speaks of ${shape.join(' × ')}.`,
    )
  return { shape, values: bytes.subarray(from) }
}

/** Names of those of the four files that a folder lacks. */
export const idxAbsent = (folder: string): IdxFile[] => IDX_FILES.filter((name) => pathOf(folder, name) === undefined)

/** The labels alone, of the part that is learned from and of the test. @throws AppError as readIdx */
export async function readIdxLabels(folder: string): Promise<{ train: Uint8Array; test: Uint8Array }> {
  const of = async (name: IdxFile) => (await read(folder, name, 1)).values
  return { train: await of('train-labels-idx1-ubyte'), test: await of('t10k-labels-idx1-ubyte') }
}

/**
 * Pictures and labels of both parts.
 * @throws AppError not-found for a file that is not there; bad-picture, damaged-picture with the file's name
 */
export async function readIdx(folder: string): Promise<IdxSet> {
  const labels = await readIdxLabels(folder)
  const train = await read(folder, 'train-images-idx3-ubyte', 3)
  const test = await read(folder, 't10k-images-idx3-ubyte', 3)
  const [, height = 0, width = 0] = train.shape
  if (test.shape[1] !== height || test.shape[2] !== width)
    throw new AppError('bad-picture', 'The pictures of the test have another size than those that are learned from.')
  const counted = (part: string, pictures: number, labelled: number) => {
    if (pictures === labelled) return
    throw new AppError('damaged-picture', `The idx files hold ${pictures} pictures and ${labelled} labels of ${part}.`)
  }
  counted('the part to learn from', train.shape[0]!, labels.train.length)
  counted('the test', test.shape[0]!, labels.test.length)
  return {
    train: { values: train.values, labels: labels.train },
    test: { values: test.values, labels: labels.test },
    width,
    height,
  }
}

function pathOf(folder: string, name: IdxFile): string | undefined {
  return [join(folder, `${name}.gz`), join(folder, name)].find((path) => existsSync(path))
}

async function read(folder: string, name: IdxFile, dimensions: number) {
  const path = pathOf(folder, name)
  if (path === undefined) throw new AppError('not-found', `The file ${name}, or ${name}.gz, is not there.`)
  try {
    const bytes = await readFile(path)
    const parsed = parseIdx(path.endsWith('.gz') ? await unpacked(bytes) : bytes)
    if (parsed.shape.length !== dimensions || parsed.shape.includes(0))
      throw new AppError('bad-picture', `The idx file has the shape ${parsed.shape.join(' × ')}.`)
    return parsed
  } catch (error) {
    const { code, message } = asAppError(error)
    throw new AppError(code === 'internal' ? 'no-permission' : code, `${name} cannot be used. ${message}`, {
      cause: error,
    })
  }
}

async function unpacked(bytes: Buffer): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: LARGEST })
  } catch (error) {
    throw new AppError('damaged-picture', 'The packed file does not unpack.', { cause: error })
  }
}
