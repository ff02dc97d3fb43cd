// Wheels pinned by sha256, fetched through the user's own pip and only unpacked: the local Python's version does not matter.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'
import { onPath } from './paths.mjs'

const unpacker = path.join(path.dirname(fileURLToPath(import.meta.url)), 'unpack-wheel.py')
const TAGS = ['2_28', '2_27', '2_25', '2_17', '2014', '2_12', '2010', '1']

/** @returns {string | undefined} */
export const python = () => onPath('python3')

/** @returns {Promise<boolean>} */
export async function hasPip() {
  const program = python()
  if (!program) return false
  return run(program, ['-m', 'pip', '--version'], { log: 'pip', timeoutSeconds: 60 }).then(
    () => true,
    () => false,
  )
}

/**
 * @param {string} folder gets the wheels
 * @param {string[]} pins such as `name==1.2 --hash=sha256:…`, for Linux x64
 * @returns {Promise<string[]>} the files
 */
export async function fetchWheels(folder, pins) {
  mkdirSync(folder, { recursive: true })
  const list = path.join(folder, 'requirements.txt')
  writeFileSync(list, `${pins.join('\n')}\n`)
  const platforms = TAGS.flatMap((tag) => ['--platform', `manylinux${tag.includes('_') ? '_' : ''}${tag}_x86_64`])
  await run(
    /** @type {string} */ (python()),
    // prettier-ignore
    ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary=:all:',
      '--python-version', '3.11', ...platforms, '--require-hashes', '-d', folder, '-r', list],
    { log: 'pip-download', failure: 'pip does not fetch the wheel' },
  )
  return readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => path.join(folder, name))
}

/**
 * @param {string[]} wheels
 * @param {string} folder
 * @param {[pattern: string, target: string][]} rules which file goes where, as Python regular expressions
 */
export async function unpackWheels(wheels, folder, rules) {
  await run(/** @type {string} */ (python()), [unpacker, folder, JSON.stringify(rules), ...wheels], {
    log: 'unpack-wheel',
    failure: 'the wheel does not unpack',
  })
}
