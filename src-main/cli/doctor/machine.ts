import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { z } from 'zod'
import { PROFILES, type Profile } from '../../contract/types.ts'
import { fail, ok, warn, type Check } from './check.ts'

/** Major version that the native packages are tested on. */
const NODE = 24
const GIB = 2 ** 30
/** Below the first a gallery cannot be relied on to grow, below the second it can hardly be written. */
const DISK = { warn: 2 * GIB, fail: GIB / 4 }

export function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0])
  const detail = `Node ${process.versions.node}`
  if (major === NODE) return ok('node', detail)
  return warn(
    'node',
    `${detail}; Semblance is tested on Node ${NODE}`,
    'Start it by npx semblance, which takes the Node that is installed with it.',
  )
}

const manifest = z.object({ files: z.array(z.object({ name: z.string(), sha256: z.string() })) })

/** Compares every file of a profile's networks with the sum in its manifest, and looks for the thresholds. */
export async function checkModel(profile: Profile, resources: string): Promise<Check> {
  const check = `${profile} model`
  const remedy = 'Get the program’s files again: git checkout -- resources/models, or install it anew.'
  const folder = join(resources, 'models', profile)
  try {
    const { files } = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
    const sums = await Promise.all(
      files.map(async ({ name, sha256 }) => ({ name, right: (await sum(join(folder, name))) === sha256 })),
    )
    const wrong = sums.filter(({ right }) => !right).map(({ name }) => name)
    if (wrong.length > 0) return fail(check, `${wrong.join(', ')} differs from its checksum`, remedy)
    if (!existsSync(join(folder, 'calibration.json'))) {
      return fail(check, 'the thresholds are missing', 'npm run bench -- calibrate measures them.')
    }
    return ok(check, `${files.length} files match their checksums`)
  } catch (error) {
    return fail(check, error instanceof Error ? error.message : String(error), remedy)
  }
}

export const checkModels = (resources: string): Promise<Check[]> =>
  Promise.all(PROFILES.map((profile) => checkModel(profile, resources)))

async function sum(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** The folder may be absent: the gallery is not begun. Then the place it will be made in counts. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

export function checkFolder(folder: string): Check {
  const check = 'data folder'
  const there = nearest(folder)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
  } catch {
    return fail(
      check,
      `${there} cannot be written`,
      'Give yourself the right to write there, or choose another folder with --data.',
    )
  }
  if (there !== folder) return ok(check, `${folder} is made at the first use`)
  const open = process.platform === 'win32' ? 0 : statSync(folder).mode & 0o077
  if (open === 0) return ok(check, `${folder}, for you alone`)
  return warn(check, `${folder} can be entered by other users`, `chmod 700 "${folder}"`)
}

export async function checkDisk(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(nearest(folder))
  const free = bavail * bsize
  const detail = `${(free / GIB).toFixed(1)} GB free`
  if (free >= DISK.warn) return ok('disk', detail)
  const remedy = 'Free some space, or move the gallery with --data.'
  return free < DISK.fail ? fail('disk', detail, remedy) : warn('disk', detail, remedy)
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

/** Whether npm start can open a window, and with what. */
export function checkWindow(root: string, env: NodeJS.ProcessEnv): Check {
  const check = 'window'
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return warn(check, 'no display is found', 'Run npm start in a desktop session; the command line needs none.')
  }
  const electron = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules', 'electron', 'dist')
  if (existsSync(electron)) return ok(check, 'Electron')
  const folders = (env['PATH'] ?? '').split(delimiter)
  const browser = BROWSERS.find((name) => folders.some((folder) => folder !== '' && existsSync(join(folder, name))))
  if (browser) return ok(check, `${browser} in app mode`)
  // On macOS and Windows browsers are not on the PATH; npm start looks where they are installed.
  if (process.platform !== 'linux') return ok(check, 'npm start fetches Electron, or takes an installed browser')
  return warn(
    check,
    'neither Electron nor Chromium, Chrome or Edge is found',
    'npm start fetches Electron where it can; installing Chromium helps elsewhere.',
  )
}
