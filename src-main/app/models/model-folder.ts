import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { moveFolderDurably, writeDurably } from '../../../db/durable-file.ts'
import { AppError } from '../../contract/errors.ts'
import { MANIFEST, manifestSchema, modelIdOf, type ModelManifest } from '../../contract/model-file.ts'

/** A model's files with what they are called by. */
export interface ModelFolder {
  readonly id: string
  readonly manifest: ModelManifest
  /** Of the manifest, hex; the manifest names those of the other files. */
  readonly sha256: string
  /** All files together. */
  readonly bytes: number
}

export const modelsFolder = (dataFolder: string) => join(dataFolder, 'models')
export const folderOf = (dataFolder: string, id: string) => join(modelsFolder(dataFolder), id)

/** Writes the manifest of the files in a folder. @throws AppError model-missing when they cannot be a model's */
export async function describeFolder(
  folder: string,
  facts: Omit<ModelManifest, 'format' | 'files'>,
): Promise<ModelFolder> {
  const files: ModelManifest['files'] = []
  for (const name of readdirSync(folder).sort()) {
    if (name === MANIFEST) continue
    const path = join(folder, name)
    files.push({ name, bytes: statSync(path).size, sha256: await hashOfFile(path) })
  }
  const parsed = manifestSchema.safeParse({ format: 'semblance-model/1', ...facts, files })
  if (!parsed.success)
    throw new AppError('model-missing', 'The files of the new model are not complete. Start the run again.', {
      cause: parsed.error,
    })
  writeDurably(join(folder, MANIFEST), JSON.stringify(parsed.data, null, 2))
  return readFolder(folder)
}

/** @throws AppError model-missing when the manifest is absent or malformed; the files it names are the engine's to check */
export function readFolder(folder: string): ModelFolder {
  let text: Buffer
  try {
    text = readFileSync(join(folder, MANIFEST))
  } catch (error) {
    throw new AppError('model-missing', 'The files of this model are missing. Import it again.', { cause: error })
  }
  return readManifest(text)
}

/** @throws AppError model-missing */
export function readManifest(text: Uint8Array): ModelFolder {
  let manifest: ModelManifest
  try {
    manifest = manifestSchema.parse(JSON.parse(Buffer.from(text).toString('utf8')))
  } catch (error) {
    throw new AppError('model-missing', 'The manifest of this model is not one that this program reads.', {
      cause: error,
    })
  }
  const sha256 = createHash('sha256').update(text).digest('hex')
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, text.byteLength)
  return { id: modelIdOf(manifest, sha256), manifest, sha256, bytes }
}

/** Moves a described folder to its place. One that is there already has the same bytes: its name is their hash. */
export function moveIn(dataFolder: string, from: string, { id }: Pick<ModelFolder, 'id'>): void {
  mkdirSync(modelsFolder(dataFolder), { recursive: true, mode: 0o700 })
  const to = folderOf(dataFolder, id)
  if (existsSync(to)) rmSync(to, { recursive: true })
  moveFolderDurably(from, to)
}

export function removeModel(dataFolder: string, id: string): void {
  rmSync(folderOf(dataFolder, id), { recursive: true, force: true })
}

/**
 * Removes what a process that ended left: half-imported models, and files of discarded ones and of deleted profiles. What is unknown stays: an older
 * copy of the gallery that was put back does not know the newest models yet.
 */
export function sweepModels(dataFolder: string, isGone: (id: string) => boolean): void {
  const folder = modelsFolder(dataFolder)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder))
    if (name.endsWith('.part') || isGone(name)) rmSync(join(folder, name), { recursive: true, force: true })
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
