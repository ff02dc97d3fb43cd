import { lstat, opendir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Dirent } from 'node:fs'
import type { ErrorCode } from '../contract/errors.ts'

export interface Listed {
  readonly path: string
  /** From the folder that was chosen, with '/'. */
  readonly relative: string
  /** Why it is not looked at. */
  readonly problem?: { readonly code: ErrorCode; readonly message: string }
}

const EXTENSIONS = 'jpg jpeg jpe jfif png webp gif avif tif tiff heic heif'
const PICTURE = new Set(EXTENSIONS.split(' ').map((end) => `.${end}`))
/** So many names of a folder are sorted at a time: a reader sees an order, and a huge folder is not held in memory. */
const SORTED = 10_000

/**
 * What a folder and its sub-folders hold, one by one. Links are not followed, and a folder is visited once, by device and
 * inode. What is no picture by its name, no regular file, or not readable is listed with the reason.
 */
export async function* walk(folder: string): AsyncGenerator<Listed> {
  const visited = new Set<string>()
  const waiting: { path: string; relative: string }[] = [{ path: folder, relative: '' }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, relative } = next
    const folders: { path: string; relative: string }[] = []
    try {
      const { dev, ino } = await stat(path, { bigint: true })
      if (visited.has(`${dev} ${ino}`)) continue
      visited.add(`${dev} ${ino}`)
      for await (const entry of entries(path)) {
        const found = { path: join(path, entry.name), relative: relative ? `${relative}/${entry.name}` : entry.name }
        const kind = await kindOf(entry, found.path)
        if (kind === 'folder') folders.push(found)
        else yield listed(found, kind)
      }
    } catch (error) {
      yield { path, relative: relative || basename(path), problem: unreadable(error, basename(path)) }
    }
    waiting.push(...folders.reverse())
  }
}

async function* entries(path: string): AsyncGenerator<Dirent> {
  let batch: Dirent[] = []
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    if (batch.push(entry) < SORTED) continue
    yield* batch.sort(byName)
    batch = []
  }
  yield* batch.sort(byName)
}

const byName = (a: Dirent, b: Dirent) => collator.compare(a.name, b.name)
const collator = new Intl.Collator('en', { numeric: true })

type Kind = 'folder' | 'file' | 'link' | 'special' | 'unreadable'

async function kindOf(entry: Dirent, path: string): Promise<Kind> {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return entry.name.includes('\ufffd') && !(await exists(path)) ? 'unreadable' : 'file'
  if (entry.isSymbolicLink()) return 'link'
  if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return 'special'
  // Some file systems do not tell the kind while listing.
  const found = await lstat(path).catch(() => undefined)
  if (!found) return 'unreadable'
  return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'special'
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

function listed(found: { path: string; relative: string }, kind: Exclude<Kind, 'folder'>): Listed {
  const name = basename(found.path)
  const refuse = (code: ErrorCode, message: string): Listed => ({ ...found, problem: { code, message } })
  switch (kind) {
    case 'link':
      return refuse('not-a-file', `"${name}" is a link; links are not followed.`)
    case 'special':
      return refuse('not-a-file', `"${name}" is not a regular file.`)
    case 'unreadable':
      return refuse('not-found', `"${name}" cannot be opened by its name, which is not valid text. Rename it.`)
    case 'file':
      if (PICTURE.has(extname(name).toLowerCase())) return found
      return refuse('bad-picture', `"${name}" is not a picture by its name (${EXTENSIONS.replaceAll(' ', ', ')}).`)
  }
}

function unreadable(error: unknown, name: string): NonNullable<Listed['problem']> {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM')
    return { code: 'no-permission', message: `The folder "${name}" may not be read.` }
  if (code === 'ENOENT') return { code: 'not-found', message: `The folder "${name}" is no longer there.` }
  if (code === 'ENOTDIR') return { code: 'not-a-file', message: `"${name}" is not a folder.` }
  return { code: 'internal', message: `The folder "${name}" cannot be read (${code ?? 'unknown reason'}).` }
}
