import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse, resolve } from 'node:path'
import sharp from 'sharp'
import { parsePgm } from './pgm.ts'

/** Archives of the data sets, each of which unpacks into a folder of its own name, but for `BARE`. None is part of the project. */
const ARCHIVES = {
  'lfw-dev': 'lfw-dev.tar',
  'grocery-dev': 'grocery-dev.tar',
  coil20: 'coil20.tar.gz',
  orl: 'orl.tar.gz',
  omniglot: 'omniglot.tar.gz',
  'cifar10-jpeg': 'cifar10-jpeg.tar.gz',
  'face_recognition-images': 'face_recognition-images.tar',
  'compreface-samples': 'compreface-samples.tar',
  'deepface-tests': 'deepface-tests.tar',
} as const
export type DataSet = keyof typeof ARCHIVES
/** What it holds lies in no folder of its own. */
const BARE: DataSet = 'cifar10-jpeg'

/** Where the sets lie as they came. */
export const archives = resolve(import.meta.dirname, '..', '..', 'shared', 'data')
/** Words for it in results: "TMP" is the system's temporary folder. */
export const shownData = 'TMP/semblance-data'
const unpacked = join(tmpdir(), 'semblance-data')

/** A data set that is not there; a bench says so and ends with 1. */
export class DataAbsent extends Error {
  override readonly name = 'DataAbsent'
}

/** The folder of a data set, unpacked at the first call. @throws DataAbsent */
export async function dataSet(name: DataSet): Promise<string> {
  const folder = join(unpacked, name)
  if (existsSync(folder)) return folder
  const archive = join(archives, ARCHIVES[name])
  if (!existsSync(archive))
    throw new DataAbsent(`The data set ${name} is absent: ../shared/data/${ARCHIVES[name]} is not there.`)
  mkdirSync(unpacked, { recursive: true })
  const fresh = mkdtempSync(join(unpacked, 'unpacking-'))
  try {
    const tar = spawnSync('tar', ['-xf', archive, '-C', fresh], { stdio: ['ignore', 'inherit', 'inherit'] })
    if (tar.status !== 0) throw new DataAbsent(`${ARCHIVES[name]} cannot be unpacked (tar ended with ${tar.status}).`)
    if (name === 'orl') await convertPgm(join(fresh, name))
    // One rename, so that a folder that is there is a whole one.
    renameSync(name === BARE ? fresh : join(fresh, name), folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return folder
}

/** PGM is none of the formats that the engine reads, so each becomes a PNG of the same pixels beside it. */
async function convertPgm(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.pgm')) continue
    const { width, height, pixels } = parsePgm(readFileSync(join(entry.parentPath, entry.name)))
    const file = join(entry.parentPath, `${parse(entry.name).name}.png`)
    await sharp(pixels, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(file)
    rmSync(join(entry.parentPath, entry.name))
  }
}
