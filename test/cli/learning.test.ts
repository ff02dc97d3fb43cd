import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { resourcesFolder } from '../../src-main/core/places.ts'
import { box, common, failure, id, semblance } from './semblance.ts'

const samples = join(resourcesFolder, 'samples')
const kind = z.enum(['usable', 'near-duplicate', 'unreadable', 'stranger', 'recurring-unknown', 'enrolled'])
const item = z.strictObject({
  index: z.number(),
  path: z.string(),
  kind,
  weight: z.number().min(0).max(1),
  box: box.optional(),
  of: z.number().optional(),
  group: z.string().optional(),
  nearest: z.strictObject({ id, name: z.string(), distance: z.number() }).optional(),
  reason: failure.optional(),
})
const summary = z.strictObject({
  summary: z.strictObject({
    triage: id,
    counts: z.record(kind, z.number()),
    groups: z.number(),
    identities: z.number(),
    rule: z.string(),
    advice: z.strictObject({ recipe: z.string(), reason: z.string() }).optional(),
    refusal: failure.optional(),
  }),
})
const run = z.object({ id, title: z.string(), state: z.string(), photos: z.number(), model: z.string().optional() })

describe('learning on the command line', () => {
  let folder: string
  let options: string[]
  let photos: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    options = [...common(join(folder, 'data')), '--profile', 'object']
    photos = join(folder, 'photos')
    await mkdir(photos)
    const known = join(folder, 'known')
    await mkdir(known)
    for (const name of ['Cactus', 'Chair', 'Teapot'])
      await copyFile(join(samples, 'enrol', `${name}.jpg`), join(known, `${name}.jpg`))
    const enrolled = await semblance('import', ...options, '--by', 'file', '--low-quality', 'enrol', known)
    expect(enrolled.code, enrolled.stderr).toBe(0)
    // Twelve photos of two things, each cut another way.
    for (const name of ['cactus-1.jpg', 'cactus-2.jpg'])
      for (let cut = 0; cut < 6; cut++) {
        const { width, height } = await sharp(join(samples, 'probe', name)).metadata()
        const part = { left: 4 * cut, top: 3 * cut, width: width - 12 * cut - 8, height: height - 9 * cut - 8 }
        await sharp(join(samples, 'probe', name))
          .extract(part)
          .rotate(7 * cut)
          .toFile(join(photos, `${cut}-${name}`))
      }
    await writeFile(join(photos, 'broken.jpg'), 'no picture')
  }, 240_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('says of each photo what it is, and of a folder what it is good for', async () => {
    const { code, lines, stderr } = await semblance('triage', ...options, photos)
    expect(code, stderr).toBe(0)
    const items = lines()
      .slice(0, -1)
      .map((line) => item.parse(line))
    expect(items.filter((one) => one.kind === 'unreadable').map((one) => one.reason?.code)).toEqual(['bad-picture'])
    const last = summary.parse(lines().at(-1)).summary
    expect(Object.values(last.counts).reduce((sum, count) => sum + count, 0)).toBe(items.length)
    expect(last.advice?.recipe).toBeDefined()
  }, 120_000)

  it('trains, lists the run and finds its challenger', async () => {
    const { code, lines, stderr } = await semblance('train', ...options, '--unlabeled', photos, '--recipe', 'cluster')
    expect(code, stderr).toBe(0)
    const ended = z.object({ run, model: z.object({ id: z.string(), verdict: z.string() }) }).parse(lines().at(-1))
    expect(ended.run.state).toBe('done')
    const points = lines().slice(0, -1)
    expect(points.length).toBeGreaterThan(0)
    for (const line of points)
      expect(z.object({ point: z.object({ step: z.number() }) }).safeParse(line).success).toBe(true)
    const [listed] = z.array(run).parse((await semblance('runs', 'list', ...options)).lines())
    expect(listed).toMatchObject({ title: 'Run 1', state: 'done', model: ended.model.id })
    const shown = (await semblance('runs', 'show', 'Run 1', ...options)).lines()[0]
    expect(z.object({ run, points: z.array(z.object({})) }).parse(shown).points).toHaveLength(points.length)
    const again = await semblance('runs', 'resume', 'Run 1', ...options)
    expect(again.code).toBe(2)
  }, 240_000)

  it('refuses what nothing can be learned from, and a configuration that is none', async () => {
    const one = join(folder, 'one')
    await mkdir(one)
    await copyFile(join(samples, 'probe', 'cactus-1.jpg'), join(one, 'a.jpg'))
    const refused = await semblance('train', ...options, '--unlabeled', one)
    expect(refused.code).toBe(1)
    expect(z.object({ error: failure }).parse(refused.lines().at(-1)).error.code).toBe('not-trainable')
    await writeFile(join(folder, 'config.json'), JSON.stringify({ steps: -1 }))
    const wrong = await semblance('train', ...options, '--unlabeled', photos, '--config', join(folder, 'config.json'))
    expect(wrong.code).toBe(2)
    expect((await semblance('train', ...options)).code).toBe(2)
    for (const blocks of [
      ['--blocks', '2'],
      ['--recipe', 'fine-tune', '--blocks', '0'],
    ])
      expect((await semblance('train', ...options, '--unlabeled', photos, ...blocks)).code).toBe(2)
  }, 120_000)
})
