import { mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeHostile, type HostileFiles } from '../fixtures/hostile.ts'
import { common, portraits, semblance } from './semblance.ts'

interface Line {
  readonly path: string
  readonly found?: unknown[]
  readonly error?: { code: string; message: string }
}

describe('hostile files on the command line', () => {
  let folder: string
  let pictures: string
  let hostile: HostileFiles
  let person: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    pictures = join(folder, 'pictures')
    hostile = await writeHostile(pictures)
    person = (await portraits(pictures))['ada-1']
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** What each is refused with. */
  const refused = () =>
    Object.entries({
      [hostile.text]: 'bad-picture',
      [hostile.bomb]: 'picture-too-large',
      [hostile.hugeRgba]: 'picture-too-large',
      [hostile.vector]: 'bad-picture',
      [hostile.empty]: 'bad-picture',
      [hostile.truncated]: 'damaged-picture',
      [hostile.truncated]: 'damaged-picture',
      ...(hostile.fifo === null ? {} : { [hostile.fifo]: 'not-a-file' }),
    })

  it('names each in a typed error, and identifies the good picture between them', async () => {
    const bad = refused()
    const asked = [...bad.slice(0, 3).map(([path]) => path), person, ...bad.slice(3).map(([path]) => path)]
    const { code, lines } = await semblance('identify', ...common(join(folder, 'data')), ...asked)
    expect(code).toBe(1)
    const answers = lines() as Line[]
    expect(answers.map(({ path }) => path)).toEqual(asked)
    for (const [path, expected] of bad) {
      const { error } = answers.find((answer) => answer.path === path)!
      expect(error, path).toMatchObject({ code: expected, message: expect.stringContaining(basename(path)) })
    }
    expect(answers.find(({ path }) => path === person)?.found).toHaveLength(1)
  })

  it('goes through a folder that holds them, disturbing nothing else', async () => {
    const { code, lines, stderr } = await semblance('identify', ...common(join(folder, 'data')), pictures)
    expect(code, stderr).toBe(0)
    const answers = new Map((lines() as Line[]).map((line) => [line.path, line]))
    for (const [path] of refused()) {
      expect(answers.get(path)?.error?.message, path).toContain(basename(path))
    }
    expect(answers.get(person)?.found).toHaveLength(1)
    expect(answers.get(join(pictures, 'bea-2.png'))?.found).toHaveLength(1)
  })

  it('enrols none of them', async () => {
    const bad = refused()
    const { code, lines } = await semblance(
      'enroll',
      '--override',
      '--profile',
      'object',
      ...common(join(folder, 'data')),
      'thing',
      ...bad.map(([path]) => path),
      person,
    )
    expect(code).toBe(1)
    const answers = lines() as (Line & { id?: string })[]
    for (const [path, expected] of bad)
      expect(answers.find((answer) => answer.path === path)?.error, path).toMatchObject({ code: expected })
    expect(answers.at(-1)).toMatchObject({ path: person, name: 'thing' })
  })
})
