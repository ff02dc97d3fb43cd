import { readdir, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { AppError } from '../contract/errors.ts'

/** Endings of formats that the engine may read; what a file is, its content decides. */
const PICTURE = /\.(?:jpe?g|jpe|jfif|png|webp|avif|gif|tiff?|hei[cf])$/i

export interface IdentityFolder {
  readonly name: string
  readonly pictures: readonly string[]
}

async function entries(folder: string): Promise<{ name: string; path: string; isFolder: boolean }[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new AppError('not-found', `There is no folder ${folder}.`)
    if (error.code === 'ENOTDIR') throw new AppError('wrong-use', `${folder} is not a folder.`)
    throw new AppError('no-permission', `The folder ${folder} cannot be read (${error.code}).`)
  })
  const visible = names.filter((name) => !name.startsWith('.')).sort()
  return Promise.all(
    visible.map(async (name) => {
      const path = join(folder, name)
      const isFolder = await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
      return { name, path, isFolder }
    }),
  )
}

async function picturesIn(folder: string): Promise<string[]> {
  const found = await entries(folder)
  const nested = await Promise.all(
    found.map(({ name, path, isFolder }) => (isFolder ? picturesIn(path) : PICTURE.test(name) ? [path] : [])),
  )
  return nested.flat()
}

/** Each sub-folder with pictures is an identity, in the order of names. @throws AppError not-found, wrong-use, no-permission */
export async function identityFolders(folder: string): Promise<IdentityFolder[]> {
  const folders = (await entries(folder)).filter((entry) => entry.isFolder)
  const identities = await Promise.all(
    folders.map(async ({ name, path }) => ({ name, pictures: await picturesIn(path) })),
  )
  const filled = identities.filter(({ pictures }) => pictures.length > 0)
  if (filled.length === 0) throw new AppError('not-found', `${folder} holds no sub-folders with pictures.`)
  return filled
}

/** The name a file stands for: without a number in front or behind ("07_Lime", "Ada_0002"). */
const stripped = (stem: string) => stem.replace(/^\d+[_\-. ]+/, '').replace(/[_\-. ]+\d+$/, '')

/**
 * References from another folder: of each identity the pictures of the sub-folder named like it, or the files named like
 * it, a number in front or behind aside. @throws AppError not-found, naming identities that have none
 */
export async function referenceFolders(
  folder: string,
  identities: readonly IdentityFolder[],
): Promise<IdentityFolder[]> {
  const found = await entries(folder)
  const references = await Promise.all(
    identities.map(async ({ name }) => {
      const own = found.find((entry) => entry.isFolder && entry.name === name)
      if (own) return { name, pictures: await picturesIn(own.path) }
      const files = found.filter((entry) => !entry.isFolder && PICTURE.test(entry.name))
      const exact = files.filter((entry) => parse(entry.name).name === name)
      const loose = files.filter((entry) => stripped(parse(entry.name).name) === name)
      return { name, pictures: (exact.length > 0 ? exact : loose).map((entry) => entry.path) }
    }),
  )
  const without = references.filter(({ pictures }) => pictures.length === 0).map(({ name }) => name)
  if (without.length > 0) {
    const some = without.slice(0, 3).join(', ')
    throw new AppError('not-found', `${folder} holds no reference for ${without.length} identities, such as ${some}.`)
  }
  return references
}
