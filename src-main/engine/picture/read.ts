import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError, asAppError } from '../../contract/errors.ts'
import type { Source } from '../../contract/engine-api.ts'

const MOST_BYTES = 200 * 1024 * 1024

export interface RawFile {
  /** The file's name without its folder, for messages and answers. */
  readonly name: string
  readonly bytes: Uint8Array
  /** Of exactly these bytes, hex. */
  readonly sha256: string
}

/**
 * Reads a picture's bytes once; everything later works on them, so that a file that changes meanwhile does no harm. Only
 * regular files of at most 200 MB are read; a FIFO or a device is refused without being waited for.
 * @throws AppError 'not-found' | 'no-permission' | 'not-a-file' | 'picture-too-large' | 'bad-picture'
 */
export async function readSource(source: Source): Promise<RawFile> {
  const name = 'path' in source ? basename(source.path) : source.name
  const bytes = 'path' in source ? await readFile(source.path, name) : source.bytes
  if (bytes.byteLength > MOST_BYTES) throw tooLarge(name)
  if (bytes.byteLength === 0) throw new AppError('bad-picture', `${name} is empty.`)
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

async function readFile(path: string, name: string): Promise<Buffer> {
  try {
    // Opening a device may already do something, hence the look before.
    requireRegular(await stat(path), name)
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const facts = await handle.stat()
      requireRegular(facts, name)
      if (facts.size > MOST_BYTES) throw tooLarge(name)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw readable(error, name)
  }
}

function requireRegular(facts: { isFile(): boolean; isDirectory(): boolean }, name: string): void {
  if (facts.isFile()) return
  const what = facts.isDirectory() ? 'a folder' : 'not a regular file'
  throw new AppError('not-a-file', `${name} is ${what}. A picture file is needed.`)
}

function readable(error: unknown, name: string): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('not-found', `${name} does not exist.`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new AppError('no-permission', `${name} cannot be read: the file system denies access.`, { cause: error })
    case 'EISDIR':
    case 'ENXIO':
    case 'ELOOP':
      return new AppError('not-a-file', `${name} is not a regular file. A picture file is needed.`, { cause: error })
    case 'EIO':
      return new AppError('bad-picture', `${name} cannot be read: the storage reports an error.`, { cause: error })
    default:
      return asAppError(error)
  }
}

const tooLarge = (name: string) =>
  new AppError('picture-too-large', `${name} is larger than 200 MB. A smaller copy can be used.`)
