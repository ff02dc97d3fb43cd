// Folders in the cache: made beside their place, then renamed into it, so that an interrupt leaves nothing half made.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from './paths.mjs'

const UNFINISHED = 'unfinished-'
const OLD_MS = 6 * 3600_000

/**
 * @param {string} name of the folder, with everything that decides its content in it
 * @param {(folder: string) => Promise<void>} make fills an empty folder
 * @returns {Promise<string>} the folder's path
 */
export async function cached(name, make) {
  const base = cacheFolder()
  const place = path.join(base, name)
  if (existsSync(place)) return place
  mkdirSync(base, { recursive: true })
  for (const left of readdirSync(base)) {
    const folder = path.join(base, left)
    if (left.startsWith(UNFINISHED) && Date.now() - statSync(folder).mtimeMs > OLD_MS) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const folder = mkdtempSync(path.join(base, UNFINISHED))
  try {
    await make(folder)
    renameSync(folder, place)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    // Another working copy finished the same folder first.
    if (!existsSync(place)) throw error
  }
  return place
}
