import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { box, common, id, portraits, semblance } from './semblance.ts'

const time = z.iso.datetime()
const identity = z.strictObject({
  id,
  name: z.string(),
  profile: z.enum(['face', 'object']),
  samples: z.number().int(),
  createdAt: time,
  changedAt: time,
})
const detail = identity.extend({
  all: z.array(
    z.strictObject({
      id,
      sourceName: z.string(),
      box,
      overridden: z.boolean(),
      keeps: z.enum(['crop', 'original']),
      width: z.number(),
      height: z.number(),
      createdAt: time,
      quality: z.strictObject({ passes: z.boolean() }),
    }),
  ),
})

describe('the gallery on the command line', () => {
  let folder: string
  let options: string[]
  const gallery = (verb: string, ...args: string[]) => semblance('gallery', verb, ...options, ...args)
  const list = async () => z.array(identity).parse((await gallery('list')).lines())

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    options = common(join(folder, 'data'))
    const people = await portraits(folder)
    for (const [name, path, ...more] of [
      ['Ada\u202Eevil\n', people['ada-1']],
      ['Bea', people['bea-1']],
      ['Bea', people['bea-2'], '--new'],
    ] as const) {
      const { code, stderr } = await semblance('enroll', ...options, ...more, '--override', name, path)
      expect(code, stderr).toBe(0)
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('lists, shows and searches', async () => {
    expect((await list()).map(({ name, samples }) => [name, samples])).toEqual([
      ['Ada\u202Eevil', 1],
      ['Bea', 1],
      ['Bea', 1],
    ])
    const searched = z.array(identity).parse((await gallery('list', '--search', 'bea')).lines())
    expect(searched).toHaveLength(2)
    const [shown] = z.array(detail).parse((await gallery('show', searched[0]!.id)).lines())
    expect(shown!.all).toHaveLength(1)
  })

  it('escapes marks that would rewrite a terminal, in text and in JSON', async () => {
    const json = await gallery('list')
    expect(json.stdout).not.toContain('\u202E')
    expect(json.stdout).toContain('\\u202e')
    const text = await semblance('gallery', 'list', ...options.slice(1))
    expect(text.stdout).not.toContain('\u202E')
    expect(text.stdout).toContain('Ada\\u{202e}evil')
  })

  it('refuses a name that several bear, listing their ids', async () => {
    const ids = (await list()).filter(({ name }) => name === 'Bea').map((one) => one.id)
    const { code, stderr } = await gallery('rename', 'Bea', 'Beatrix')
    expect(code).toBe(2)
    for (const one of ids) expect(stderr).toContain(one)
  })

  it('renames, merges, deletes and takes each back', async () => {
    const [first, second] = (await list()).filter(({ name }) => name === 'Bea').map((one) => one.id)
    expect(identity.parse((await gallery('rename', first!, 'Beatrix')).lines()[0])).toMatchObject({ name: 'Beatrix' })
    expect((await gallery('undo')).lines()).toEqual([{ undone: expect.stringContaining('Beatrix') }])

    expect(identity.parse((await gallery('merge', first!, second!)).lines()[0])).toMatchObject({
      id: second,
      samples: 2,
    })
    expect((await list()).map(({ name }) => name)).toEqual(['Ada\u202Eevil', 'Bea'])
    expect((await gallery('undo')).code).toBe(0)
    expect(await list()).toHaveLength(3)

    const deleted = z
      .strictObject({ deleted: detail.partial({ all: true }) })
      .parse((await gallery('delete', first!)).lines()[0])
    expect(deleted.deleted.id).toBe(first)
    expect(await list()).toHaveLength(2)
    expect((await gallery('undo')).code).toBe(0)
    expect(await list()).toHaveLength(3)
  })

  it('says that a name is not there, and that nothing is left to undo', async () => {
    const missing = await gallery('show', 'Nobody')
    expect(missing.code).toBe(1)
    expect(missing.lines()).toEqual([{ error: { code: 'not-found', message: expect.stringContaining('Nobody') } }])
    const empty = await semblance('gallery', 'undo', ...common(join(folder, 'empty')))
    expect(empty.code).toBe(1)
    expect(empty.lines()).toEqual([{ error: { code: 'nothing-to-undo', message: expect.any(String) } }])
  })
})
