import { copyFileSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { BackendName } from '../src-main/contract/types.ts'
import { openBenchCore, type BenchCore } from './core.ts'
import { dataSet } from './data.ts'
import { runPeer } from './peer.ts'
import { percentile, writeResults, type Figure } from './results.ts'
import { windowStart } from './window-start.ts'

const BACKENDS: readonly BackendName[] = ['tfjs-node', 'wasm']
const REPEATS = 40
const WARM = 5
const PEER_REPEATS = 5
const STARTS = 5
const GOAL_MS = 150
const PHOTOS = 30
const MEGAPIXELS = 3

interface Files {
  /** Two photos of two megapixels each. */
  readonly pair: readonly [string, string]
  /** Holds PHOTOS photos of up to MEGAPIXELS. */
  readonly folder: string
}

/** Verification, a folder's identification and the start of the app, beside the dlib-based peer on the same files. */
export async function speedBench(): Promise<void> {
  const examples = join(await dataSet('face_recognition-images'), 'examples')
  const folder = await someOf(join(await dataSet('deepface-tests'), 'unit', 'dataset'))
  const files: Files = { pair: [join(examples, 'biden.jpg'), join(examples, 'obama-1080p.jpg')], folder }
  const peer = peerFigures(files)
  const figures: Figure[] = []
  for (const backend of BACKENDS) figures.push(...(await ourFigures(backend, files, peer)))
  figures.push(...peer.figures, ...(await windowStart(STARTS)))
  writeResults('speed', figures)
  rmSync(folder, { recursive: true, force: true })
}

/** The peer takes a minute for the largest photos, so that both get the first ones of ordinary size. */
async function someOf(folder: string): Promise<string> {
  const chosen = mkdtempSync(join(tmpdir(), 'semblance-photos-'))
  let count = 0
  for (const path of globSync(join(folder, '*.jpg')).sort()) {
    const { width, height } = await sharp(path).metadata()
    if (width * height > MEGAPIXELS * 1e6 || count === PHOTOS) continue
    copyFileSync(path, join(chosen, basename(path)))
    count += 1
  }
  return chosen
}

interface Peer {
  readonly verify?: number
  readonly picturesPerSecond?: number
  readonly figures: readonly Figure[]
}

function peerFigures({ pair, folder }: Files): Peer {
  console.error('speed: the peer face_recognition')
  const verify = runPeer(['verify', String(PEER_REPEATS), ...pair]) as { ms: number[] } | undefined
  const pictures = globSync(join(folder, '*.jpg')).sort()
  if (pictures.length !== PHOTOS) throw new Error(`${pictures.length} of ${PHOTOS} photos are there.`)
  const many = runPeer(['folder', pair[0], ...pictures]) as { seconds: number; pictures: number } | undefined
  if (!verify || !many) return { figures: [] }
  const picturesPerSecond = many.pictures / many.seconds
  return {
    verify: percentile(verify.ms, 0.5),
    picturesPerSecond,
    figures: [
      { name: 'peer face_recognition (dlib): verify two 2-megapixel photos', unit: 'ms', values: verify.ms },
      {
        name: `peer face_recognition (dlib): a folder of ${many.pictures} photos`,
        unit: 'pictures/s',
        values: [picturesPerSecond],
      },
    ],
  }
}

async function ourFigures(backend: BackendName, files: Files, peer: Peer): Promise<Figure[]> {
  console.error(`speed: Semblance on ${backend}`)
  const data = mkdtempSync(join(tmpdir(), 'semblance-speed-'))
  try {
    const core = await openBenchCore(data, backend)
    const times = await verifyTimes(core, files.pair)
    const { rate, pictures } = await folderRate(core, files)
    await core.close()
    const what = 'verify two 2-megapixel photos, warm'
    const beside = (value: number | undefined, name: string) =>
      value === undefined ? null : { what: name, value: Number(value.toPrecision(4)) }
    const p50 = percentile(times, 0.5)
    return [
      { name: `${what}, each repetition`, unit: 'ms', values: times, backend },
      {
        name: `${what}, p50`,
        unit: 'ms',
        values: [p50],
        backend,
        reference: beside(peer.verify, 'peer p50 on the same files, ms'),
      },
      {
        name: `${what}, p95`,
        unit: 'ms',
        values: [percentile(times, 0.95)],
        backend,
        reference: { what: 'goal on tfjs-node, ms', value: GOAL_MS },
      },
      ...(peer.verify
        ? [
            {
              name: `${what}, times faster than the peer (p50)`,
              unit: '×',
              values: [peer.verify / p50],
              backend,
              reference: { what: 'goal', value: 2 },
            },
          ]
        : []),
      {
        name: `identify a folder of ${pictures} photos of up to ${MEGAPIXELS} megapixels`,
        unit: 'pictures/s',
        values: [rate],
        backend,
        reference: beside(peer.picturesPerSecond, 'peer on the same files, pictures/s'),
      },
    ]
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

async function verifyTimes(core: BenchCore, [left, right]: Files['pair']): Promise<number[]> {
  const [a, b] = [await core.adopt(left), await core.adopt(right)]
  const times: number[] = []
  for (let repeat = 0; repeat < WARM + REPEATS; repeat++) {
    const began = performance.now()
    await core.api.verify({ a: { picture: a }, b: { picture: b }, profile: 'face' })
    if (repeat >= WARM) times.push(performance.now() - began)
  }
  return times
}

async function folderRate(core: BenchCore, { pair, folder }: Files): Promise<{ rate: number; pictures: number }> {
  await core.api.enrol({
    picture: await core.adopt(pair[0]),
    profile: 'face',
    to: { name: 'reference' },
    override: true,
  })
  const began = performance.now()
  const { id } = await core.api.startIdentify({ pictures: [await core.adopt(folder)], profile: 'face' })
  for (;;) {
    const job = (await core.api.jobs()).find((one) => one.id === id)!
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(job.error?.message ?? job.state)
    if (job.state === 'done') break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const seconds = (performance.now() - began) / 1000
  const { rows } = await core.api.identifyRows({ job: id, offset: 0, limit: 500 })
  const pictures = rows.filter((row) => row.answer).length
  if (pictures !== PHOTOS)
    throw new Error(`${pictures} of ${PHOTOS} photos are answered; a rate of the rest would mislead.`)
  return { rate: pictures / seconds, pictures }
}
