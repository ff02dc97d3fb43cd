// No source file past 300 lines.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const LIMIT = 300
const FOLDERS = ['src-main', 'src-renderer', 'db', 'test', 'bench', 'scripts']
const SOURCE = /\.(?:ts|vue|mjs|cjs|js|css|sql|py|html)$/

/**
 * @param {string} root
 * @returns {string[]} a line for each file that is too long
 */
export function tooLong(root) {
  /** @type {string[]} */
  const found = []
  /** @param {string} file */
  const measure = (file) => {
    const lines = readFileSync(path.join(root, file), 'utf8').trimEnd().split('\n').length
    if (lines > LIMIT) found.push(`${file} has ${lines} lines, ${LIMIT} is the limit`)
  }
  for (const name of readdirSync(root)) if (SOURCE.test(name)) measure(name)
  for (const folder of FOLDERS.filter((name) => existsSync(path.join(root, name)))) {
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (SOURCE.test(name)) measure(path.join(folder, name))
    }
  }
  return found
}
