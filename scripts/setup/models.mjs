// Step 4: the shipped networks are whole. They are committed; a broken checkout or a missing large file shows here.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './child.mjs'
import { fingerprint } from './fingerprint.mjs'
import { root } from './paths.mjs'
import { keyOf, readJson } from './stamp.mjs'

/** @typedef {{ name: string, sha256: string, bytes: number }} ModelFile */

const PROFILES = ['face', 'object']
const AGAIN = 'check the working copy out again (git checkout -- resources/models)'

/**
 * @param {string} folder of one profile, with manifest.json
 * @returns {number} how many files were compared
 * @throws {SetupError} naming the first file that is missing or differs
 */
export function checkModelFolder(folder) {
  const name = path.basename(folder)
  const manifest = /** @type {{ files?: ModelFile[] } | undefined} */ (readJson(path.join(folder, 'manifest.json')))
  if (!manifest?.files?.length) {
    throw new SetupError(`the manifest of the ${name} networks is missing or lists no files: ${AGAIN}`)
  }
  for (const file of manifest.files) {
    const place = path.join(folder, file.name)
    if (!existsSync(place)) throw new SetupError(`the model file ${name}/${file.name} is missing: ${AGAIN}`)
    const content = readFileSync(place)
    if (createHash('sha256').update(content).digest('hex') === file.sha256) continue
    const cause =
      content.length === file.bytes
        ? 'has another content than its manifest says'
        : `has ${content.length} bytes where its manifest says ${file.bytes}`
    throw new SetupError(`the model file ${name}/${file.name} ${cause}: ${AGAIN}`)
  }
  return manifest.files.length
}

/**
 * @param {string} [folder]
 * @returns {import('./steps.mjs').Step}
 */
export const models = (folder = path.join(root, 'resources', 'models')) => ({
  name: 'models',
  title: 'model files',
  key: () => keyOf(fingerprint([folder])),
  present: () => true,
  async run() {
    const found = existsSync(folder)
      ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'manifest.json')))
      : []
    const profiles = [...new Set([...PROFILES, ...found])]
    const counts = profiles.map((name) => checkModelFolder(path.join(folder, name)))
    return {
      text: `${counts.reduce((sum, count) => sum + count, 0)} files of ${profiles.join(', ')} match their sha256`,
    }
  },
})
