// Whether files changed, from names, sizes and times: big trees are not read.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { keyOf } from './stamp.mjs'

/**
 * @param {string} place
 * @param {string[]} into
 */
function walk(place, into) {
  const stat = statSync(place, { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isDirectory()) {
    into.push(`${place} ${stat.size} ${stat.mtimeMs}`)
    return
  }
  for (const name of readdirSync(place).sort()) walk(path.join(place, name), into)
}

/**
 * @param {string[]} places files and folders; a missing one counts as empty
 * @returns {string}
 */
export function fingerprint(places) {
  /** @type {string[]} */
  const lines = []
  for (const place of places) walk(place, lines)
  return keyOf(lines)
}
