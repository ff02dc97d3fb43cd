// Where things lie, and which Node runs what. Only node: built-ins: this runs before any package is installed.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
export const stateFolder = path.join(root, '.setup')
export const modules = path.join(root, 'node_modules')
export const tensorflowPackage = path.join(modules, '@tensorflow', 'tfjs-node-gpu')

const windows = process.platform === 'win32'

/** The pinned Node that the core, the engine and every tool run on. */
export const pinnedNode = path.join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')

/**
 * A folder for what is costly to make and safe to delete. SEMBLANCE_CACHE overrides it.
 * @returns {string}
 */
export function cacheFolder() {
  const { SEMBLANCE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (SEMBLANCE_CACHE) return path.resolve(SEMBLANCE_CACHE)
  if (windows) return path.join(LOCALAPPDATA || path.join(homedir(), 'AppData', 'Local'), 'semblance', 'Cache')
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'semblance')
  // The XDG standard says that a relative value is to be ignored.
  const base = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), '.cache')
  return path.join(base, 'semblance')
}

/**
 * A program on PATH, or undefined. Reads folders only, starts nothing.
 * @param {string} name
 * @param {(folder: string) => boolean} [accept]
 * @returns {string | undefined}
 */
export function onPath(name, accept = () => true) {
  const endings = windows ? (process.env.PATHEXT || '.EXE;.CMD;.BAT').split(';') : ['']
  for (const folder of (process.env.PATH || process.env.Path || '').split(path.delimiter)) {
    if (!folder || !accept(folder)) continue
    for (const ending of endings) {
      const file = path.join(folder, name + ending)
      if (existsSync(file)) return file
    }
  }
  return undefined
}

/**
 * A Node that outlives `npm ci`: npm puts node_modules/.bin first on PATH, so these scripts often run on the very Node
 * that `npm ci` deletes.
 * @returns {string}
 */
export function systemNode() {
  /** @param {string} file */
  const outside = (file) => path.relative(modules, file).startsWith('..')
  if (outside(process.execPath)) return process.execPath
  const ofNpm = process.env.npm_node_execpath
  if (ofNpm && outside(ofNpm) && existsSync(ofNpm)) return ofNpm
  return onPath('node', outside) ?? process.execPath
}

/**
 * The environment of a child: the pinned Node and the packages' programs first on PATH.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(extra = {}) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env }
  // npm hands its own place down to what it runs; a nested npm would take it for its own.
  for (const name of ['npm_config_local_prefix', 'npm_config_global', 'npm_config_prefix', 'NODE_ENV']) delete env[name]
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  env[key] = [path.dirname(pinnedNode), path.join(modules, '.bin'), env[key] ?? ''].join(path.delimiter)
  return { ...env, ...extra }
}
