import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGES = ['dlib-bin==20.0.1.post1', 'face_recognition_models==0.3.0', 'numpy', 'pillow', 'setuptools<81']
const script = join(import.meta.dirname, 'peer', 'face_recognition_peer.py')
const folder = join(tmpdir(), 'semblance-peer')
/** Written last: an environment without it was interrupted. */
const whole = join(folder, 'whole')

/** Runs the peer's timing script; undefined, with the reason on stderr, where Python or its packages are not to be had. */
export function runPeer(args: readonly string[]): unknown {
  if (!existsSync(whole) && !install()) return undefined
  const python = spawnSync(join(folder, 'bin', 'python'), [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, PYTHONWARNINGS: 'ignore' },
  })
  if (python.status === 0) return JSON.parse(python.stdout)
  console.error(`The peer ended with ${python.status}: ${python.stderr?.split('\n').at(-2) ?? ''}`)
  return undefined
}

/** A virtual environment, installed once, where it stays: one cannot be moved. */
function install(): boolean {
  rmSync(folder, { recursive: true, force: true })
  const run = (program: string, args: string[]) =>
    spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  const pip = join(folder, 'bin', 'pip')
  const quiet = ['install', '--quiet', '--disable-pip-version-check']
  const done =
    run('python3', ['-m', 'venv', folder]) &&
    run(pip, [...quiet, ...PACKAGES]) &&
    // Its own requirement is "dlib", which would be compiled; dlib-bin is the same library, built.
    run(pip, [...quiet, '--no-deps', 'face_recognition==1.3.0'])
  if (done) writeFileSync(whole, '')
  else console.error('The peer face_recognition cannot be installed here; its figures are left out.')
  return done
}
