import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { drawThings, type Thing } from '../../bench/drawn-things.ts'
import { common, failure, id, semblance } from './semblance.ts'

const share = z.strictObject({ value: z.number(), right: z.number(), trials: z.number() })
const rate = z.strictObject({
  ...{ value: z.number(), low: z.number(), high: z.number() },
  ...{ errors: z.number(), trials: z.number() },
})
/** As docs/cli.md has it. */
const attribute = z.strictObject({
  id,
  name: z.string(),
  profile: z.literal('object'),
  kind: z.enum(['words', 'numbers']),
  values: z.array(z.strictObject({ name: z.string(), pictures: z.number() })),
  words: z.string(),
  folder: z.string(),
  model: z.string(),
  learned: z.number(),
  heldOut: z.number(),
  nearest: z.strictObject({ before: share, after: share, guess: z.number() }),
  eer: z.strictObject({ before: rate, after: rate }),
  thresholds: z.strictObject({ same: z.number(), different: z.number() }),
  createdAt: z.iso.datetime(),
})
const column = z.object({ name: z.string(), kind: z.string(), unknown: z.number(), heldOut: z.number() })
const match = z.strictObject({
  ...{ id, name: z.string(), sample: id, distance: z.number() },
  verdict: z.enum(['same', 'uncertain', 'different']),
  by: z.strictObject({ id, name: z.string() }).optional(),
})
const message = (lines: unknown[]) => z.object({ error: failure }).parse(lines.at(-1)).error.message

describe('attributes on the command line', { timeout: 240_000 }, () => {
  let folder: string
  let things: Thing[]
  const pictures = () => join(folder, 'things')
  const run = (...args: string[]) => semblance(...args, ...common(join(folder, 'data')), '--profile', 'object')
  const pictureOf = (colour: string, which: number) =>
    join(pictures(), things.filter((thing) => thing.colour === colour)[which]!.file)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    things = await drawThings(pictures(), 60, 5)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are planned without being learned, and learned with their figures', async () => {
    const plan = await run('attributes', 'train', pictures(), '--dry-run')
    expect(plan.code, plan.stderr).toBe(0)
    const columns = z.array(column).parse(plan.lines())
    expect(columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['shape', 'words'],
      ['colour', 'words'],
      ['fill', 'words'],
      ['size', 'numbers'],
    ])
    expect((await run('attributes', 'list')).lines()).toEqual([])
    const { code, stderr, lines } = await run('attributes', 'train', pictures(), '--only', 'colour')
    expect(code, stderr).toBe(0)
    const [colour, ...others] = z.array(attribute).parse(lines())
    expect(others).toEqual([])
    expect(colour!.eer.after.value).toBeLessThan(colour!.eer.before.value)
  })

  it('say what of folder and table does not match, take names with commas, and fail with the code of what was wrong', async () => {
    const table = join(folder, 'some.csv')
    const lines = things.slice(0, 50).map(({ file, colour, shape }) => `${file};${colour};${shape};${file}`)
    await writeFile(table, `\ufefffile;"shade, of ink";shape;name\r\n${lines.join('\r\n')}\r\ngone.png;red;disc;x\r\n`)
    const train = (...args: string[]) => run('attributes', 'train', pictures(), '--csv', table, ...args)
    const plan = await train('--dry-run', '--only', '"shade, of ink",name')
    expect(
      z
        .array(column)
        .parse(plan.lines())
        .map(({ name }) => name),
    ).toEqual(['shade, of ink', 'name'])
    expect(plan.stderr).toContain('1 line of some.csv names no picture of the folder: gone.png.')
    expect(plan.stderr).toContain(
      '10 pictures of the folder are not in some.csv and not learned from: 0050.png, 0051.png, 0052.png, 0053.png, 0054.png and 5 more.',
    )
    expect(plan.stderr).toContain('name: Left out, with fewer than 4 pictures each: 0000.png')
    expect((await train('--dry-run', '--only', 'shade, of ink')).lines()).toHaveLength(1)
    const unknown = await train('--only', 'hair')
    expect(message(unknown.lines())).toBe('The table has no column "hair". It has shade, of ink, shape, name.')

    const broken = join(folder, 'broken')
    await mkdir(broken)
    const rows = Array.from({ length: 24 }, (_, n) => `${n}.jpg,${n % 2 ? 'odd' : 'even'}`)
    for (let n = 0; n < 24; n++) await writeFile(join(broken, `${n}.jpg`), 'no picture')
    await writeFile(join(broken, 'attributes.csv'), `file,number\n${rows.join('\n')}\n`)
    const failed = await run('attributes', 'train', broken)
    expect(failed.code).toBe(1)
    expect(failed.lines().at(-1)).toMatchObject({ error: { code: 'not-trainable' } })
    expect(message(failed.lines())).toContain('24 of 24 pictures could not be used, the first for this: 0.jpg is')
  })

  it('are what verify and similar may ask by, and what an unknown name is answered with', async () => {
    const same = await run('verify', pictureOf('red', 0), pictureOf('red', 1), '--by', 'colour')
    expect(same.lines()[0]).toMatchObject({ by: { name: 'colour' } })
    const other = await run('verify', pictureOf('red', 0), pictureOf('blue', 0), '--by', 'colour')
    const distance = (lines: unknown[]) => z.object({ distance: z.number() }).parse(lines[0]).distance
    expect(distance(same.lines())).toBeLessThan(distance(other.lines()))
    for (const name of ['red', 'blue']) {
      const { code, stderr } = await run('enroll', name, pictureOf(name, 1), '--override')
      expect(code, stderr).toBe(0)
    }
    const near = z.array(match).parse((await run('similar', pictureOf('red', 2), '--by', 'colour')).lines())
    expect(near.map(({ name }) => name)).toEqual(['red', 'blue'])
    const alike = z.array(match).parse((await run('similar', 'red', '--count', '5')).lines())
    expect(alike.map(({ name, by }) => [name, by])).toEqual([['blue', undefined]])
    const unknown = await run('similar', 'red', '--by', 'hair')
    expect([unknown.code, message(unknown.lines())]).toEqual([
      1,
      'The object profile has no attribute "hair". It has colour.',
    ])
  })

  it('are deleted by their name', async () => {
    const { code, lines } = await run('attributes', 'delete', 'colour')
    expect([code, lines()]).toEqual([0, [{ deleted: { id: expect.any(String), name: 'colour' } }]])
    expect((await run('attributes', 'list')).lines()).toEqual([])
  })
})
