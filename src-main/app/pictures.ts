import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Gallery } from '../../db/gallery.ts'
import type { HostApi, ImageRequest } from '../contract/api.ts'
import type { EngineApi, Source } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import type { Adopted, Encoded } from '../contract/types.ts'

/** So many paths, and so many bytes of pictures without a file, are kept; those used least recently go first. */
const LIMITS = { paths: 300_000, bytes: 256 * 1024 * 1024 }
/** Longest side in pixels of a picture that is shown when none is asked for. */
const SHOWN = 2048

export const newToken = () => randomBytes(16).toString('hex')

/** The name of the file, as people see it. */
export const nameOf = (source: Source) => ('path' in source ? basename(source.path) : source.name)

export interface Pictures extends Pick<HostApi, 'adopt' | 'adoptBytes' | 'image'> {
  /** @throws AppError not-found when the token was never given, or so many came after it that it was let go */
  source(token: string): Source
  /** A token for a file that the core found itself. */
  addPath(path: string): string
}

export function createPictures(
  engine: Pick<EngineApi, 'render'>,
  gallery: Pick<Gallery, 'thumbnail' | 'kept' | 'sample'>,
  limits = LIMITS,
): Pictures {
  const paths = new Map<string, string>()
  const loose = new Map<string, { name: string; bytes: Uint8Array }>()
  let held = 0

  function addPath(token: string, path: string): string {
    paths.delete(token)
    paths.set(token, path)
    for (const oldest of paths.keys()) {
      if (paths.size <= limits.paths) break
      paths.delete(oldest)
    }
    return token
  }

  function dropLoose(token: string): void {
    held -= loose.get(token)?.bytes.byteLength ?? 0
    loose.delete(token)
  }

  function source(token: string): Source {
    const path = paths.get(token)
    if (path !== undefined) {
      addPath(token, path)
      return { path }
    }
    const picture = loose.get(token)
    if (!picture) throw new AppError('not-found', 'This picture is no longer at hand. Choose it again.')
    loose.delete(token)
    loose.set(token, picture)
    return picture
  }

  async function sampleImage(id: string, size: number | undefined): Promise<Encoded> {
    const bytes = gallery.kept(id)
    if (gallery.sample(id).keeps === 'crop' && size === undefined) return { bytes, type: 'image/jpeg' }
    return engine.render({ source: { name: 'sample', bytes }, size: size ?? SHOWN })
  }

  return {
    source,
    addPath: (path) => addPath(newToken(), path),
    /** A path that leads nowhere is adopted too: the request that needs it says what is wrong, and the others go on. */
    adopt: (entries) =>
      Promise.all(
        entries.map(async ({ token, path }): Promise<Adopted> => {
          dropLoose(token)
          addPath(token, path)
          const isFolder = await stat(path).then(
            (found) => found.isDirectory(),
            () => false,
          )
          return { token, name: basename(path), isFolder }
        }),
      ),
    async adoptBytes({ token, name, bytes }) {
      if (bytes.byteLength > limits.bytes)
        throw new AppError('picture-too-large', `"${name}" is larger than ${limits.bytes >> 20} MB.`)
      paths.delete(token)
      dropLoose(token)
      loose.set(token, { name, bytes })
      held += bytes.byteLength
      for (const oldest of loose.keys()) {
        if (held <= limits.bytes) break
        dropLoose(oldest)
      }
      return { token, name, isFolder: false }
    },
    async image({ kind, id, size, box }: ImageRequest) {
      switch (kind) {
        case 'thumb':
          return { bytes: gallery.thumbnail(id), type: 'image/webp' }
        case 'sample':
          return sampleImage(id, size)
        case 'picture':
          return engine.render({ source: source(id), size: size ?? SHOWN, ...(box && { box }) })
      }
    },
  }
}
