import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { box, common, failure, groupPhoto, id, portraits, program, semblance } from './semblance.ts'

const match = z.strictObject({ id, name: z.string(), sample: id, distance: z.number(), fromC: z.number() })
const side = z.union([
  z.strictObject({ path: z.string(), box }),
  z.strictObject({ id, name: z.string() }),
  z.strictObject({ id, name: z.string(), sample: id }),
])
const analogyAnswer = z.strictObject({
  ...{ profile: z.enum(['face', 'object']), model: z.string(), a: side, b: side, c: side },
  ...{ found: z.array(match).min(1).max(5), plain: match, gain: z.number().min(0), candidates: z.number() },
})
const samples = join(program, '../../../resources/samples')
const message = (lines: unknown[]) => z.object({ error: failure }).parse(lines.at(-1)).error

describe('analogies on the command line', { timeout: 240_000 }, () => {
  let folder: string
  let options: string[]
  const ask = (...args: string[]) => semblance('analogy', ...options, '--profile', 'object', ...args)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    options = common(join(folder, 'data'))
    const enrol = ['--by', 'file', '--profile', 'object', '--low-quality', 'enrol']
    const { code, stderr } = await semblance('import', ...options, join(samples, 'enrol'), ...enrol)
    expect(code, stderr).toBe(0)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('takes identities by name and by id, and leaves all three out of its answers', async () => {
    const named = await ask('--from', 'gallery', 'Dotted mug', 'Teapot', 'Cactus')
    expect(named.code, named.stderr).toBe(0)
    const [answer] = z.tuple([analogyAnswer]).parse(named.lines())
    const { found, plain, gain, candidates } = answer
    expect(answer).toMatchObject({ a: { name: 'Dotted mug' }, b: { name: 'Teapot' }, c: { name: 'Cactus' } })
    expect(candidates).toBe(9)
    expect(found).toHaveLength(5)
    for (const { name } of [...found, plain]) expect(['Dotted mug', 'Teapot', 'Cactus']).not.toContain(name)
    expect(found.map(({ distance }) => distance)).toEqual(found.map(({ distance }) => distance).sort())
    expect(gain).toBeCloseTo(plain.distance - found[0]!.distance, 9)
    for (const { fromC } of found) expect(fromC).toBeGreaterThanOrEqual(plain.fromC)

    const ids = [answer.a, answer.b, answer.c].map((one) => ('id' in one ? one.id : ''))
    const byId = await ask('--from', 'gallery', ...ids)
    expect(byId.lines()).toEqual([answer])

    const bySample = await ask('--from', 'gallery', found[0]!.sample, 'Teapot', 'Cactus')
    expect(z.tuple([analogyAnswer]).parse(bySample.lines())[0].a).toEqual({
      ...{ id: found[0]!.id, name: found[0]!.name, sample: found[0]!.sample },
    })
  })

  it('takes pictures, and pictures beside identities, and speaks to people without --json', async () => {
    const picture = join(samples, 'probe', 'cactus-1.jpg')
    const mixed = await ask('--from', 'gallery,gallery,pictures', 'Dotted mug', 'Dotted mug', picture)
    expect(mixed.code, mixed.stderr).toBe(0)
    const [answer] = z.tuple([analogyAnswer]).parse(mixed.lines())
    // B − A is nothing, so C alone decides, and it shows a cactus.
    expect(answer).toMatchObject({ c: { path: picture }, gain: 0, plain: { name: 'Cactus' }, candidates: 11 })
    expect(answer.found[0]).toEqual(answer.plain)

    const [, ...plainly] = options
    const { stdout } = await semblance('analogy', ...plainly, '--profile', 'object', picture, picture, picture)
    expect(stdout).toMatch(/^1\. Cactus · distance \d\.\d{3} \(from C \d\.\d{3}\)\n/)
    expect(stdout).toContain('C alone gives the same')
    expect(stdout).toContain('Of 12 candidates.')
  })

  it('wants a choice where a picture shows several faces, and says when nothing is left', async () => {
    const people = await portraits(join(folder, 'people'))
    const faces = (...args: string[]) => semblance('analogy', ...options, ...args)
    const several = await faces(people['ada-1'], people['bea-1'], groupPhoto)
    expect(several.code).toBe(1)
    expect(message(several.lines())).toMatchObject({ code: 'several-faces', message: expect.stringMatching(/--main/) })
    const main = await faces('--main', people['ada-1'], people['bea-1'], groupPhoto)
    expect(message(main.lines()).code).toBe('not-found')
  })

  it('ends with 2 for a place that there is none of, and with 1 for a name that nobody bears', async () => {
    for (const from of ['disk', 'gallery,pictures']) {
      const { code, lines } = await ask('--from', from, 'a', 'b', 'c')
      expect(code).toBe(2)
      expect(message(lines()).code).toBe('wrong-use')
    }
    const nobody = await ask('--from', 'gallery', 'Teapot', 'Cactus', 'Nobody')
    expect(nobody.code).toBe(1)
    expect(message(nobody.lines())).toMatchObject({ code: 'not-found' })
  })
})
