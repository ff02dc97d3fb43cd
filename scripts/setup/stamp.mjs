// What set-up has finished, in `.setup/stamp.json`, and the small files beside it. Each write is temp + fsync + rename.
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/**
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  mkdirSync(path.dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  const handle = openSync(temporary, 'w')
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/**
 * @param {string} file
 * @returns {unknown} undefined when the file is missing or is no JSON
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @typedef {{ key: string, at: string, seconds: number, until?: number }} Entry one finished step; after `until` (ms
 *   since 1970) it counts as unfinished, which is how a refused download is tried again
 */

/**
 * @param {string} file
 * @returns {Record<string, Entry>}
 */
export function readStamp(file) {
  const stamp = readJson(file)
  if (typeof stamp !== 'object' || stamp === null || !('steps' in stamp)) return {}
  return /** @type {{ steps: Record<string, Entry> }} */ (stamp).steps
}

/**
 * @param {string} file
 * @param {Record<string, Entry>} steps
 */
export function writeStamp(file, steps) {
  writeWhole(file, `${JSON.stringify({ steps }, null, 2)}\n`)
}

/**
 * @param {unknown[]} parts
 * @returns {string} a short name for everything a step depends on
 */
export function keyOf(...parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
