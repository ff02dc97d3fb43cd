import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { below, seededRandom } from '../src-main/app/evaluation/random.ts'
import { openBenchCore } from './core.ts'
import { writeResults } from './results.ts'

const KILLS = 50
const SEED = 1
const BACKEND = 'wasm'
/** Enrolments in one run; the kill comes before the last. */
const PICTURES = 12
/** A kill comes after one to so many acknowledgements, and up to so many milliseconds more. */
const AFTER = { acknowledgements: 6, ms: 400 }
const root = join(import.meta.dirname, '..')

/**
 * SIGKILL at random moments of an enrolment: to the process that holds the gallery, and to its engine. Whatever was
 * acknowledged on stdout before must be in the gallery when it is opened again.
 */
export async function killsBench(): Promise<void> {
  if (!existsSync(join(root, 'out', 'main', 'cli.js'))) throw new Error('The program is not built: npm run build.')
  const random = seededRandom(SEED)
  const pictures = copies()
  const core = await series(pictures, random, killCore)
  const engine = await series(pictures, random, killEngine)
  rmSync(pictures, { recursive: true, force: true })
  const one = (name: string, value: number, unit: string) => ({
    name,
    unit,
    values: [value],
    backend: BACKEND,
    seeds: [SEED],
  })
  writeResults('kills', [
    one('core killed while it enrols', core.kills, 'kills'),
    one('core killed: acknowledged samples', core.acknowledged, 'samples'),
    one('core killed: acknowledged samples lost', core.lost, 'samples'),
    one('core killed: galleries that do not open', core.broken, 'galleries'),
    one('engine killed while it computes', engine.kills, 'kills'),
    one('engine killed: acknowledged samples', engine.acknowledged, 'samples'),
    one('engine killed: acknowledged samples lost', engine.lost, 'samples'),
    one('engine killed: runs that went on with a new engine', engine.wentOn, `of ${engine.kills} runs`),
    one('engine killed: galleries that do not open', engine.broken, 'galleries'),
  ])
}

/** Bundled samples under many names: the same picture may be enrolled more than once. */
function copies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-kill-pictures-'))
  const samples = globSync(join(root, 'resources', 'samples', '**', '*.jpg')).sort()
  for (let index = 0; index < PICTURES; index++) {
    copyFileSync(samples[index % samples.length]!, join(folder, `${String(index).padStart(2, '0')}.jpg`))
  }
  return folder
}

type Kill = (child: ChildProcess) => boolean

const killCore: Kill = (child) => child.kill('SIGKILL')

/** The engine is the process that the command line started. */
const killEngine: Kill = (child) => {
  const found = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
  const engine = Number(found.stdout.trim().split('\n')[0])
  return Number.isInteger(engine) && engine > 0 && process.kill(engine, 'SIGKILL')
}

async function series(pictures: string, random: () => number, kill: Kill) {
  const sum = { kills: 0, acknowledged: 0, lost: 0, broken: 0, wentOn: 0 }
  for (let tries = 0; sum.kills < KILLS && tries < 2 * KILLS; tries++) {
    const data = mkdtempSync(join(tmpdir(), 'semblance-kill-'))
    try {
      const { killed, acknowledged, after } = await enrolAndKill(pictures, data, random, kill)
      if (!killed) continue
      sum.kills += 1
      sum.acknowledged += acknowledged.length
      if (after > 0) sum.wentOn += 1
      const lost = await missing(data, acknowledged)
      if (lost === undefined) sum.broken += 1
      else sum.lost += lost
      process.stderr.write(`\rkills: ${sum.kills} of ${KILLS}, ${sum.acknowledged} acknowledged, ${sum.lost} lost `)
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  }
  process.stderr.write('\n')
  return sum
}

interface Acknowledged {
  readonly id: string
  readonly sample: string
}

function enrolAndKill(pictures: string, data: string, random: () => number, kill: Kill) {
  const at = 1 + below(AFTER.acknowledgements, random)
  const afterMs = below(AFTER.ms, random)
  const files = globSync(join(pictures, '*.jpg')).sort()
  const common = ['--json', '--override', '--profile', 'object', '--data', data, '--backend', BACKEND]
  const child = spawn(process.execPath, [join(root, 'out', 'main', 'cli.js'), 'enroll', ...common, 'thing', ...files], {
    env: { ...process.env, SEMBLANCE_KEY: 'file' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const acknowledged: Acknowledged[] = []
  let killed = false
  let after = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Partial<Acknowledged>
    if (answer.id === undefined || answer.sample === undefined) return
    acknowledged.push({ id: answer.id, sample: answer.sample })
    if (killed) after += 1
    if (acknowledged.length === at) setTimeout(() => (killed = child.exitCode === null && kill(child)), afterMs)
  })
  return new Promise<{ killed: boolean; acknowledged: Acknowledged[]; after: number }>((resolve) => {
    child.once('close', () => resolve({ killed, acknowledged, after }))
  })
}

/** How many of the acknowledged samples the gallery lacks, its picture and vector included; undefined when it does not open. */
async function missing(data: string, acknowledged: readonly Acknowledged[]): Promise<number | undefined> {
  try {
    const core = await openBenchCore(data, BACKEND)
    try {
      let lost = 0
      for (const { id, sample } of acknowledged) {
        const detail = await core.api.identity(id).catch(() => undefined)
        const whole = detail?.all.some((one) => one.id === sample) && (await core.thumbnail(sample)) > 0
        if (!whole) lost += 1
      }
      return lost
    } finally {
      await core.close()
    }
  } catch (error) {
    console.error(error)
    return undefined
  }
}
