import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '..', '..')
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
export const program = join(root, 'out', 'main', 'cli.js')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** stdout, each line parsed. */
  readonly lines: () => unknown[]
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts the built command line on the pinned Node, as `npx semblance` does. */
export function start(args: readonly string[], cwd = root): Started {
  if (!existsSync(program)) throw new Error('out/main/cli.js is not built; npm test builds it, or npm run build.')
  const child = spawn(node, [program, ...args], {
    cwd,
    env: { ...process.env, SEMBLANCE_KEY: 'file', SEMBLANCE_DATA: '' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((settle) => {
    child.once('close', (code) => {
      const lines = () =>
        stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line): unknown => JSON.parse(line))
      settle({ code, stdout, stderr, lines })
    })
  })
  return { child, ended }
}

export const semblance = (...args: string[]) => start(args).ended

/** The options that keep a test to its own gallery and to the backend that every machine has. */
export const common = (data: string) => ['--json', '--data', data, '--backend', 'wasm']

export const box = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
export const id = z.string().regex(/^[0-9a-f]{32}$/)
export const failure = z.strictObject({ code: z.string(), message: z.string().min(1) })

/** Group photos of a package that is installed for its pictures; each person below is in two of them. */
const photos = join(root, 'node_modules', '@vladmandic', 'face-api', 'demo')
export const groupPhoto = join(photos, 'sample1.jpg')

const PEOPLE = {
  'ada-1': { file: 'sample1.jpg', left: 1320, top: 100, size: 500 },
  'ada-2': { file: 'sample3.jpg', left: 900, top: 90, size: 600 },
  'bea-1': { file: 'sample1.jpg', left: 690, top: 300, size: 500 },
  'bea-2': { file: 'sample4.jpg', left: 90, top: 90, size: 480 },
  'cat-1': { file: 'sample5.jpg', left: 400, top: 290, size: 540 },
} as const

/** Cuts portraits out of the group photos. @returns their paths */
export async function portraits(folder: string): Promise<Record<keyof typeof PEOPLE, string>> {
  await mkdir(folder, { recursive: true })
  const cut = async ([name, { file, left, top, size }]: [string, (typeof PEOPLE)[keyof typeof PEOPLE]]) => {
    const path = join(folder, `${name}.png`)
    await sharp(join(photos, file)).extract({ left, top, width: size, height: size }).png().toFile(path)
    return [name, path] as const
  }
  return Object.fromEntries(await Promise.all(Object.entries(PEOPLE).map(cut))) as Record<keyof typeof PEOPLE, string>
}
