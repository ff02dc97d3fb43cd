// Step 1: the packages of the lockfile. Step 2: the pinned Node, which npm does not install while scripts are ignored.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { run, SetupError } from './child.mjs'
import { modules, onPath, pinnedNode, root, systemNode } from './paths.mjs'
import { keyOf, readJson } from './stamp.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */

const manifest = path.join(root, 'package.json')
const lockfile = path.join(root, 'package-lock.json')
const hiddenLockfile = path.join(modules, '.package-lock.json')

/**
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
function lockedPackages(file) {
  const lock = /** @type {{ packages?: Record<string, Locked> } | undefined} */ (readJson(file))
  return lock?.packages ?? {}
}

/** @returns {Record<string, Record<string, string>>} */
function wanted() {
  const json = /** @type {Record<string, Record<string, string>>} */ (readJson(manifest) ?? {})
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = json
  return { dependencies, optionalDependencies, devDependencies }
}

/** @returns {string[]} packages of the lockfile that are not there as it says; a missing optional one is no difference */
export function differences() {
  const installed = lockedPackages(hiddenLockfile)
  return Object.entries(lockedPackages(lockfile))
    .filter(([place, locked]) => {
      if (place === '' || locked.link) return false
      const there = installed[place]
      if (!there) return !locked.optional
      // npm believes its list; an install that something disturbed may lack the folder all the same.
      if (!existsSync(path.join(root, place, 'package.json'))) return true
      return there.version !== locked.version || there.integrity !== locked.integrity
    })
    .map(([place]) => place.replace(/^node_modules\//, ''))
}

/** @returns {string[]} optional packages that are not there */
function leftOut() {
  return Object.keys(wanted().optionalDependencies ?? {}).filter((name) => !existsSync(path.join(modules, name)))
}

/**
 * How npm is started: its own script under a Node that `npm ci` does not delete, else the program on PATH.
 * @returns {{ program: string, args: string[], shell: boolean }}
 */
function npm() {
  const node = systemNode()
  const given = process.env.npm_execpath
  const beside = [
    path.join(path.dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(path.dirname(node), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const script = [given, ...beside].find((file) => file && /npm-cli\.c?js$/.test(file) && existsSync(file))
  if (script && !script.startsWith(modules)) return { program: node, args: [script], shell: false }
  if (!onPath('npm')) {
    throw new SetupError('npm is not on PATH: install Node.js 20 or later together with npm, then run this again')
  }
  // Windows starts a .cmd file only through its shell.
  return { program: 'npm', args: [], shell: process.platform === 'win32' }
}

/** @type {import('./steps.mjs').Step} */
export const packages = {
  name: 'packages',
  title: 'packages',
  key: () => keyOf(readFileSync(lockfile, 'utf8'), wanted(), process.platform, process.arch),
  present: () => existsSync(hiddenLockfile),
  adopt: () => existsSync(hiddenLockfile) && differences().length === 0,
  async run(progress) {
    const count = Object.keys(lockedPackages(lockfile)).length - 1
    progress.stage(`npm ci, ${count} packages of package-lock.json`)
    const halfDone = existsSync(modules)
    try {
      await install()
    } catch (error) {
      // npm can stumble over what an interrupted install left; from nothing it does not.
      if (!halfDone) throw error
      progress.stage('npm ci once more, without the folder of before')
      removeModules()
      await install()
    }
    for (const name of leftOut())
      progress.note(`npm left the optional package ${name} out; .setup/npm-ci.log says more`)
    return { text: `${count} installed, no install script run` }
  },
}

/** @throws {SetupError} also when npm says that all is well and packages are missing */
async function install() {
  const { program, args, shell } = npm()
  // prettier-ignore
  const options = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-progress', '--loglevel=error']
  await run(program, [...args, ...options], {
    log: 'npm-ci',
    shell,
    failure: 'npm ci does not succeed; with the package registry reachable again, run the same command',
  })
  const wrong = differences()
  if (wrong.length > 0)
    throw new SetupError(`npm ci ends without ${wrong.slice(0, 3).join(', ')}: run the same command again`)
}

function removeModules() {
  try {
    rmSync(modules, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new SetupError(
      `node_modules cannot be replaced (${code}): close the app and every command of it, then run this again`,
    )
  }
}

const versionFile = path.join(modules, 'node', 'package.json')

/** @returns {string} the version that package.json pins */
export function pinnedVersion() {
  return wanted().devDependencies?.node ?? wanted().dependencies?.node ?? ''
}

/** Puts `node` and `semblance` into node_modules/.bin, so that `npx semblance` finds them. */
function linkPrograms() {
  const folder = path.join(modules, '.bin')
  const command = path.join(root, 'scripts', 'semblance.mjs')
  mkdirSync(folder, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(path.join(folder, 'node.cmd'), `@"%~dp0\\..\\node\\bin\\node.exe" %*\r\n`)
    writeFileSync(
      path.join(folder, 'semblance.cmd'),
      `@"%~dp0\\..\\node\\bin\\node.exe" "%~dp0\\..\\..\\scripts\\semblance.mjs" %*\r\n`,
    )
    return
  }
  for (const [name, target] of [
    ['node', pinnedNode],
    ['semblance', command],
  ]) {
    const link = path.join(folder, /** @type {string} */ (name))
    rmSync(link, { force: true })
    symlinkSync(path.relative(folder, /** @type {string} */ (target)), link)
  }
  if (existsSync(command)) chmodSync(command, 0o755)
}

/** @type {import('./steps.mjs').Step} */
export const node = {
  name: 'node',
  title: 'Node.js',
  key: () => keyOf(pinnedVersion(), process.platform, process.arch),
  // npm ci takes node_modules/.bin/semblance away and leaves no pinned Node.
  present: () =>
    existsSync(pinnedNode) &&
    existsSync(path.join(modules, '.bin', process.platform === 'win32' ? 'semblance.cmd' : 'semblance')),
  async run(progress) {
    const version = pinnedVersion()
    const says = async () =>
      (await run(pinnedNode, ['-v'], { log: 'node-version', timeoutSeconds: 60 }).catch(() => '')).trim()
    if (!existsSync(pinnedNode) || (await says()) !== `v${version}`) {
      if (!existsSync(versionFile))
        throw new SetupError('the package "node" is missing: delete node_modules and run this again')
      progress.stage(`fetching ${version} for ${process.platform} ${process.arch}`)
      await run(systemNode(), ['installArchSpecificPackage.js'], {
        log: 'node',
        cwd: path.join(modules, 'node'),
        failure: `Node.js ${version} for ${process.platform} ${process.arch} does not install from the package registry`,
      })
      const now = await says()
      if (now !== `v${version}`) {
        throw new SetupError(
          `the pinned Node.js says "${now}" where v${version} is expected: delete node_modules/node and run this again`,
        )
      }
    }
    linkPrograms()
    return { text: `${version}, runs the core, the engine and the tools` }
  },
}
