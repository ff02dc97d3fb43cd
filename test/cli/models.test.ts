import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { resourcesFolder } from '../../src-main/core/places.ts'
import { comparison, openWith } from '../app/models/fixture.ts'
import { putHead } from '../app/models/heads.ts'
import { common, failure, semblance } from './semblance.ts'

const model = z.object({ id: z.string(), title: z.string(), kind: z.string(), state: z.string() })
const probe = join(resourcesFolder, 'samples', 'probe', 'cactus-1.jpg')
const sample = join(resourcesFolder, 'samples', 'enrol', 'Cactus.jpg')

describe('models on the command line', () => {
  let folder: string
  let options: string[]
  let id: string
  const models = (verb: string, ...args: string[]) => semblance('models', verb, ...args, ...options)
  const identify = async () => (await semblance('identify', '--profile', 'object', ...options, probe)).lines()[0]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    const data = join(folder, 'data')
    options = common(data)
    const { code, stderr } = await semblance(
      'enroll',
      ...options,
      '--profile',
      'object',
      '--override',
      'Cactus',
      sample,
    )
    expect(code, stderr).toBe(0)
    const [shipped] = z.array(model).parse((await models('list', '--profile', 'object')).lines())
    expect(shipped).toMatchObject({ kind: 'shipped', state: 'live', title: 'object' })
    id = await openWith(data, (gallery) => putHead(gallery, data, 'object', shipped!.id, comparison('not-better')))
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('compares, and says when a model is not there', async () => {
    const text = await semblance('models', 'compare', 'object-1', ...options.slice(1))
    expect(text.stdout).toContain('held-out error 10.0 % (5.0–20.0; 1 of 10)')
    const missing = await models('show', 'object-9')
    expect(missing.code).toBe(1)
    expect(z.object({ error: failure }).parse(missing.lines()[0]).error.code).toBe('not-found')
  }, 60_000)

  it('promotes only anyway what is not better, answers by it, and rolls back to the same answers', async () => {
    const before = await identify()
    const refused = await models('promote', 'object-1')
    expect([refused.code, refused.lines()]).toMatchObject([1, [{ error: { code: 'not-better' } }]])
    const promoted = await models('promote', 'object-1', '--anyway')
    expect(promoted.lines()[0], promoted.stderr).toMatchObject({ id, state: 'live' })
    const after = (await identify()) as { found: { candidates: { name: string }[] }[] }
    expect(after).not.toEqual(before)
    expect(after.found[0]!.candidates[0]!.name).toBe('Cactus')
    const back = await models('rollback', '--profile', 'object')
    expect(back.lines()[0], back.stderr).toMatchObject({ kind: 'shipped', state: 'live' })
    expect(await identify()).toEqual(before)
  }, 90_000)

  it('writes a file that another gallery takes in, and refuses one that was changed', async () => {
    const file = join(folder, 'model.zip')
    expect((await models('export', 'object-1', file)).lines()[0]).toMatchObject({ id, path: file })
    const other = common(join(folder, 'other'))
    const taken = await semblance('models', 'import', file, ...other)
    expect(taken.lines()[0], taken.stderr).toMatchObject({ id, state: 'kept', imported: true })
    const bytes = readFileSync(file)
    randomBytes(8).copy(bytes, bytes.length >> 1)
    const changed = join(folder, 'changed.zip')
    writeFileSync(changed, bytes)
    const refused = await semblance('models', 'import', changed, ...common(join(folder, 'third')))
    expect([refused.code, refused.lines()]).toMatchObject([1, [{ error: { code: 'bad-model' } }]])
    expect(existsSync(join(folder, 'third', 'models', id))).toBe(false)
  }, 90_000)
})
