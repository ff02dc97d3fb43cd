import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import type { StoredLearned } from '../../../db/gallery.ts'
import { AppError } from '../../contract/errors.ts'
import { MANIFEST, MODEL_LIMITS, modelFileName, NO_BASE } from '../../contract/model-file.ts'
import { nameSchema } from '../../contract/schemas.ts'
import { isOwn, type ModelDetail } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { nameOf } from '../pictures.ts'
import { detailOf, shippedModel } from './facts.ts'
import {
  folderOf,
  modelsFolder,
  moveIn,
  readFolder,
  readManifest,
  removeModel,
  type ModelFolder,
} from './model-folder.ts'
import { freeName } from './profiles.ts'
import { nextTitle } from './register.ts'

/** Each file of a zip may be at most so many times larger than its packed bytes. */
const RATIO = 100
/** Headers and names of a zip of this few files. */
const OVERHEAD = 1024 ** 2

/** Manifest and files. Prototypes and reports are about this gallery's people and stay here. */
export function exportModel(
  parts: Parts,
  { id, facts, discardedAt }: StoredLearned,
): { name: string; bytes: Uint8Array } {
  if (discardedAt !== null) throw new AppError('wrong-use', `${facts.title} is discarded; its files are gone.`)
  const folder = folderOf(parts.dataFolder, id)
  const { manifest } = readFolder(folder)
  const files: Record<string, Uint8Array> = {}
  for (const name of [MANIFEST, ...manifest.files.map((file) => file.name)])
    files[name] = readFileSync(join(folder, name))
  verify(manifest.files, files)
  // Weights do not get smaller. The fixed date makes equal models equal files.
  return {
    name: `${fileNameOf(facts.title)}.semblance-model.zip`,
    bytes: zipSync(files, { level: 0, mtime: '2020-01-01' }),
  }
}

/** A title holds the name of an own profile, which may be any text. */
const fileNameOf = (title: string) => title.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '-').replace(/^\.+/, '')

/** What an exported file's name says of the profile: names are in no file of a model, because those lie in the clear. */
function nameIn(file: string): string {
  const parsed = nameSchema.safeParse(file.replace(/(\.semblance-model)?\.zip$/i, '').replace(/-\d+( ?\(\d+\))?$/, ''))
  return parsed.success ? parsed.data : 'Imported'
}

/**
 * Takes a model from a file. Sizes are checked before anything is unpacked, nothing but the named files is written, each must
 * have its hash, and the engine must be able to load it. It is never live by itself, unless its profile is one that this gallery does not have: that is
 * made with it, empty, and called as the file is.
 * @throws AppError bad-model with what is wrong; not-found for an unknown token
 */
export async function importModel(parts: Parts, token: string): Promise<ModelDetail> {
  const source = parts.pictures.source(token)
  const name = nameOf(source)
  const files = unpack(await bytesOf(source, name), name)
  const folder = described(files, name)
  const { id, manifest } = folder
  const known = parts.gallery.learned().find((model) => model.id === id)
  if (known && known.discardedAt === null) return detailOf(parts, known)
  if (known) throw refused(name, `It is ${known.facts.title}, which was discarded here.`)
  const base = isOwn(manifest.profile) ? NO_BASE : (await shippedModel(parts, manifest.profile)).id
  if (manifest.base !== base)
    throw refused(name, `It was made for the model ${manifest.base}; this program has ${base}.`)
  write(parts, files, folder)
  try {
    const fact = await parts.engine.model(id)
    if (fact.dimensions !== manifest.dimensions)
      throw refused(name, 'Its embeddings have another length than it states.')
    const { profile, kind, dimensions, calibration } = manifest
    const own = isOwn(profile)
      ? { profileName: parts.gallery.profile(profile)?.name ?? freeName(parts, nameIn(name)) }
      : {}
    const model = parts.gallery.registerModel({
      ...{ id, profile, kind, dimensions, trainedOn: [], prototypes: [], ...own },
      facts: {
        title: nextTitle(parts, profile, own.profileName),
        imported: true,
        calibration: { ...calibration, profile, model: id },
        bytes: folder.bytes,
        sha256: folder.sha256,
      },
    })
    parts.gallery.keepModel(id)
    parts.emit({ type: 'models-changed' })
    return detailOf(parts, { ...model, keptAt: Date.now() })
  } catch (error) {
    removeModel(parts.dataFolder, id)
    throw error
  }
}

async function bytesOf(source: { path: string } | { bytes: Uint8Array }, name: string): Promise<Uint8Array> {
  if ('bytes' in source) return source.bytes
  const found = statSync(source.path, { throwIfNoEntry: false })
  if (!found) throw new AppError('not-found', `"${name}" is not there.`)
  if (!found.isFile()) throw new AppError('not-a-file', `"${name}" is no file.`)
  if (found.size > MODEL_LIMITS.bytes + OVERHEAD) throw refused(name, 'It is larger than a model may be.')
  return readFile(source.path)
}

/** Names and sizes are those of the zip's directory, looked at before a byte is unpacked; a longer content than stated is cut. */
function unpack(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  const seen = new Set<string>()
  let total = 0
  const files = new Map<string, Uint8Array>()
  try {
    const found = unzipSync(bytes, {
      filter(file) {
        if (!modelFileName.safeParse(file.name).success) throw refused(name, 'It holds a file that no model has.')
        if (seen.has(file.name)) throw refused(name, 'It holds two files of one name.')
        seen.add(file.name)
        total += file.originalSize
        const most = file.name === MANIFEST ? MODEL_LIMITS.manifest : MODEL_LIMITS.bytes
        if (seen.size > MODEL_LIMITS.files + 1 || file.originalSize > most || total > MODEL_LIMITS.bytes + most)
          throw refused(name, 'It holds more than a model may.')
        if (file.originalSize > RATIO * file.size || file.size > bytes.byteLength)
          throw refused(name, 'A file in it states a size that cannot be.')
        return true
      },
    })
    for (const file of seen) files.set(file, found[file]!)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw refused(name, 'It is no zip file, or a damaged one.', error)
  }
  return files
}

function described(files: ReadonlyMap<string, Uint8Array>, name: string): ModelFolder {
  const text = files.get(MANIFEST)
  if (!text) throw refused(name, 'It has no manifest.')
  let folder: ModelFolder
  try {
    folder = readManifest(text)
  } catch (error) {
    throw refused(name, 'Its manifest is of an unknown format, or malformed.', error)
  }
  if (folder.manifest.files.length !== files.size - 1)
    throw refused(name, 'Its files are not those its manifest names.')
  try {
    verify(folder.manifest.files, Object.fromEntries(files))
  } catch (error) {
    throw refused(name, 'A file in it is not the one its manifest names.', error)
  }
  return folder
}

function verify(files: ModelFolder['manifest']['files'], contents: Readonly<Record<string, Uint8Array>>): void {
  for (const { name, bytes, sha256 } of files) {
    const content = contents[name]
    if (content?.byteLength !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
      throw new AppError('model-missing', `The model's file ${name} is not the one its manifest names.`)
  }
}

/** Whole under another name first; the sweep at the next start removes what a killed import leaves. */
function write(parts: Parts, files: ReadonlyMap<string, Uint8Array>, folder: ModelFolder): void {
  const making = join(modelsFolder(parts.dataFolder), `${randomBytes(8).toString('hex')}.part`)
  mkdirSync(making, { recursive: true, mode: 0o700 })
  try {
    for (const [name, content] of files) writeFileSync(join(making, name), content, { mode: 0o600, flag: 'wx' })
    moveIn(parts.dataFolder, making, folder)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw error
  }
}

const refused = (name: string, why: string, cause?: unknown) =>
  new AppError('bad-model', `"${name}" is not taken in as a model. ${why}`, { cause })
