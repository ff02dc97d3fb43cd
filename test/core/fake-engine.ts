import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { server } from '../../src-main/contract/call.ts'
import { ENGINE, type EngineApi, type Source } from '../../src-main/contract/engine-api.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { MANIFEST, type ModelManifest } from '../../src-main/contract/model-file.ts'
import type { ModelFact, Quality } from '../../src-main/contract/types.ts'
import { serve } from '../../src-main/pipe.ts'

/**
 * An engine without networks, for tests of what surrounds one: an "embedding" is made of the hash of the bytes. What a file
 * begins with decides what becomes of it: BLUR fails a quality check, MANY shows two, NONE nobody, KILL ends the process, HANG never returns, SLOW takes long, BAD is no picture, BUG meets a
 * defect. "LIKE name" looks like every other picture that begins so, "LIKE one+other" like both.
 */
const backend = {
  name: 'wasm' as const,
  label: 'Test',
  device: 'none',
  version: '0',
  selfTest: { passed: true, ms: 0, detail: '' },
  reason: '',
  refused: [],
}
const blurred: Quality = {
  passes: false,
  checks: [
    {
      aspect: 'blur',
      value: 3.14159,
      limit: 40,
      bound: 'at-least',
      unit: '',
      passes: false,
      words: 'blurred (3.1); at least 40 passes',
    },
    { aspect: 'size', value: 99, limit: 50, bound: 'at-least', unit: 'pixels', passes: true, words: 'large' },
  ],
}
const fact = { network: '', parameters: 0, input: '', source: '', licence: '', sha256: '' }

function read(source: Source): { name: string; bytes: Uint8Array; sha256: string } {
  const name = 'path' in source ? basename(source.path) : source.name
  if ('path' in source && !existsSync(source.path)) throw new AppError('not-found', `"${name}" is not there.`)
  const bytes = 'path' in source ? readFileSync(source.path) : source.bytes
  const begin = Buffer.from(bytes.subarray(0, 4)).toString('latin1')
  if (begin === 'KILL') process.kill(process.pid, 'SIGSEGV')
  if (begin === 'HANG') for (;;);
  if (begin === 'BUG!') throw new Error('a defect')
  if (begin.startsWith('BAD')) throw new AppError('bad-picture', `"${name}" is not a picture.`)
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

const LIKE = /^LIKE (\S+)/
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex')

/** Near the direction that stands for the name, by as much as `own` differs from others. */
function like(name: string, own: string): Float32Array {
  const apart = vectorOf(sha256Of(own))
  const common = name.split('+').map((one) => vectorOf(sha256Of(one)))
  const mixed = apart.map((value, i) => 0.25 * value + common.reduce((sum, one) => sum + one[i]! / common.length, 0))
  const length = Math.hypot(...mixed)
  return mixed.map((value) => value / length)
}

/** Of the picture itself, whether its own bytes or the crop that was kept of it are looked at. */
function embedding(bytes: Uint8Array, sha256: string, model: string | undefined): Float32Array {
  const alike = LIKE.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1'))
  if (alike && model === undefined) return like(alike[1]!, sha256)
  const crop = /^crop of ([0-9a-f]{64})$/.exec(Buffer.from(bytes).toString('latin1'))
  const picture = crop?.[1] ?? sha256
  const own =
    model === undefined
      ? picture
      : createHash('sha256')
          .update(model + picture)
          .digest('hex')
  return vectorOf(own)
}

/** 16 values of unit length, from a sha256. */
function vectorOf(sha256: string): Float32Array {
  const vector = Float32Array.from(Buffer.from(sha256, 'hex').subarray(0, 16), (byte) => byte - 127.5)
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** Its manifest must be there, and not say BAD. */
function learned(id: string): ModelFact {
  const at = process.argv.indexOf('--models')
  const path = join(process.argv[at + 1] ?? '', id, MANIFEST)
  if (at < 0 || !existsSync(path)) throw new AppError('model-missing', `The files of ${id} are missing.`)
  const { profile, dimensions, files } = JSON.parse(readFileSync(path, 'utf8')) as ModelManifest
  const begins = readFileSync(join(path, '..', files[0]!.name), 'utf8').slice(0, 3)
  if (begins === 'BAD') throw new AppError('model-missing', `The model ${id} gives no numbers.`)
  return { ...fact, id, profile, dimensions }
}

const engine: EngineApi = {
  state: async () => ({
    backend,
    models: (['face', 'object'] as const).map((profile) => ({
      ...fact,
      id: `fake-${profile}`,
      profile,
      dimensions: 16,
    })),
  }),
  async look({ source, profile, box, model }) {
    if (model !== undefined) learned(model)
    const { name, bytes, sha256 } = read(source)
    const begin = Buffer.from(bytes.subarray(0, 4)).toString('latin1')
    if (begin === 'SLOW') await new Promise((done) => setTimeout(done, 400))
    const found = {
      box: box ?? { x: 0, y: 0, width: 10, height: 10 },
      score: 1,
      drawn: box !== undefined,
      quality: begin === 'BLUR' ? blurred : { passes: true, checks: [] },
      embedding: embedding(bytes, sha256, model),
      thumbnail: Buffer.from(`thumbnail of ${sha256}`),
      crop: begin === 'LIKE' ? bytes : Buffer.from(`crop of ${sha256}`),
    }
    const beside = { ...found, box: { ...found.box, x: 20 } }
    return {
      name,
      width: 10,
      height: 10,
      sha256,
      model: model ?? `fake-${profile}`,
      found: begin === 'NONE' ? [] : begin === 'MANY' && !box ? [found, beside] : [found],
      original: bytes,
    }
  },
  model: async (id) => learned(id),
  render: async ({ source }) => ({ bytes: read(source).bytes, type: 'image/webp' }),
  async features({ source, profile, box, views, seed }) {
    const { found, ...facts } = await engine.look({ source, profile, box })
    const alike = LIKE.exec(Buffer.from(read(source).bytes.subarray(0, 64)).toString('latin1'))
    const part = (view: number) => {
      const own = `${facts.sha256}:${seed}:${view}`
      return alike ? like(alike[1]!, own) : vectorOf(sha256Of(own))
    }
    return {
      ...facts,
      parts: [16],
      hash: facts.sha256.slice(0, 16),
      found: found.map(({ box, score, drawn, quality, embedding: features }) => ({
        ...{ box, score, drawn, quality, features, embedding: features },
        views: Float32Array.from(Array.from({ length: views }, (_, view) => [...part(view)]).flat()),
      })),
    }
  },
  async crops({ source, profile, box }) {
    const { found, sha256 } = await engine.look({ source, profile, box })
    return { sha256, side: 112, crops: found.map(() => new Uint8Array(112 * 112 * 3).fill(sha256.charCodeAt(0))) }
  },
  async losses() {
    return [{ name: 'softmax', title: 'softmax', words: 'A classifier.' }]
  },
  async shape({ source }) {
    read(source)
    return { width: 10, height: 10, grey: false }
  },
  async pixels({ source, width, height, channels }) {
    return new Uint8Array(width * height * channels).fill(read(source).bytes.length % 256)
  },
}

process.on('disconnect', () => process.exit(0))
serve(
  {
    post: (message) => void (process.connected && process.send!(message, undefined, {}, () => {})),
    onMessage: (listener) => process.on('message', listener),
    onExit: (listener) => process.on('disconnect', listener),
  },
  server(ENGINE, engine, console.error),
)
