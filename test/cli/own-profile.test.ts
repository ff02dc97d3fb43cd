import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { drawGlyph, glyphFolder, GLYPHS } from '../fixtures/glyphs.ts'
import { common, failure, semblance } from './semblance.ts'

const listed = z.strictObject({
  id: z.string().regex(/^own-[0-9a-f]{16}$/),
  name: z.string(),
  createdAt: z.iso.datetime(),
  identities: z.number(),
  samples: z.number(),
  model: z.string(),
})
const message = (lines: unknown[]) => z.object({ error: failure }).parse(lines.at(-1)).error.message

describe('a profile of one’s own on the command line', { timeout: 240_000 }, () => {
  let folder: string
  let options: string[]
  let labelled: string
  const own = (verb: string, ...args: string[]) => semblance(verb, ...options, '--profile', 'My glyphs', ...args)
  const draw = (name: keyof typeof GLYPHS, n: number) => drawGlyph(join(folder, `${name}-${n}.png`), GLYPHS[name], n)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    options = common(join(folder, 'data'))
    labelled = await glyphFolder(join(folder, 'glyphs'), 10)
    await writeFile(join(folder, 'config.json'), JSON.stringify({ steps: 30, batch: 12 }))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is trained under a name', async () => {
    const { code, lines, stderr } = await semblance(
      ...['train', ...options, labelled, '--name', 'My glyphs', '--network', 'neighbor-mnist'],
      ...['--loss', 'distance-ratio-plain', '--config', join(folder, 'config.json')],
    )
    expect(code, stderr).toBe(0)
    const ended = z.object({ run: z.object({ state: z.string(), profile: z.string(), profileName: z.string() }) })
    const { run } = ended.parse(lines().at(-1))
    expect(run).toMatchObject({ state: 'done', profileName: 'My glyphs' })
    const [profile, ...others] = z.array(listed).parse((await semblance('profiles', 'list', ...options)).lines())
    expect(others).toEqual([])
    expect(profile).toMatchObject({ id: run.profile, name: 'My glyphs', identities: 0, samples: 0 })
  })

  it('enrols, verifies and identifies by its name', async () => {
    for (const name of ['ring', 'bar'] as const) {
      const { code, stderr } = await own('enroll', name, await draw(name, 20))
      expect(code, stderr).toBe(0)
    }
    const { lines } = await own('identify', await draw('ring', 31))
    const answer = z.object({ found: z.array(z.object({ candidates: z.array(z.object({ name: z.string() })) })) })
    expect(answer.parse(lines()[0]).found[0]!.candidates.map(({ name }) => name)).toEqual(['ring', 'bar'])
    const verdict = await own('verify', await draw('ring', 31), await draw('bar', 31))
    expect(verdict.lines()[0]).toMatchObject({ verdict: 'different' })
    const within = await semblance('gallery', 'list', ...options, '--profile', 'My glyphs')
    expect(within.lines()).toHaveLength(2)
    expect((await semblance('gallery', 'list', ...options, '--profile', 'face')).lines()).toEqual([])
  })

  it('is refused where there is none of the name, and where a verb opens no gallery', async () => {
    const missing = await semblance('identify', ...options, '--profile', 'Digits', await draw('ring', 31))
    expect(missing.code).toBe(2)
    expect(message(missing.lines())).toBe('No profile is called Digits. There are face, object, My glyphs.')
    const evaluated = await own('evaluate', '--identities', labelled)
    expect(evaluated.code).toBe(2)
    const taken = await semblance('train', ...options, labelled, '--name', 'my glyphs')
    expect(message(taken.lines())).toContain('called "my glyphs" already')
  })

  it('is deleted only when that is said', async () => {
    const asked = await semblance('profiles', 'delete', ...options, '--profile', 'My glyphs')
    expect(asked.code).toBe(2)
    expect(message(asked.lines())).toContain('2 identities and 2 samples')
    expect((await semblance('profiles', 'delete', ...options, '--profile', 'face', '--yes')).code).toBe(2)
    const deleted = await semblance('profiles', 'delete', ...options, '--profile', 'My glyphs', '--yes')
    expect(deleted.lines()[0]).toMatchObject({ deleted: { identities: 2, samples: 2 } })
    expect((await semblance('profiles', 'list', ...options)).lines()).toEqual([])
  })
})
