import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { glyphFolder } from '../fixtures/glyphs.ts'
import { failure, id, semblance, start } from './semblance.ts'

const spread = z.strictObject({ mean: z.number(), sd: z.number().optional() })
const named = { loss: z.string(), network: z.string(), method: z.string(), dimensions: z.number().nullable() }
const figures = { seconds: z.number(), parameters: z.number(), macs: z.number() }
const cellLine = z.strictObject({
  cell: z.strictObject({
    ...{ ...named, ...figures, index: z.number(), seed: z.number(), state: z.literal('done') },
    ...{ error: z.number(), nearest: z.number(), training: z.number(), trials: z.number() },
  }),
})
const lastLine = z.strictObject({
  comparison: z.strictObject({
    ...{ id, title: z.string(), data: z.string(), state: z.string(), done: z.number(), cells: z.number() },
    ...{ plan: z.looseObject({ steps: z.number() }), facts: z.looseObject({ test: z.number() }), backend: z.string() },
    rows: z.array(
      z.strictObject({
        ...{ ...named, ...figures, done: z.number(), failed: z.number() },
        ...{ error: spread, nearest: spread, training: spread },
      }),
    ),
  }),
})

describe('compare', { timeout: 240_000 }, () => {
  let folder: string
  let gallery: string[]
  let glyphs: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    gallery = ['--gallery', join(folder, 'data')]
    glyphs = [
      ...['--data', await glyphFolder(join(folder, 'glyphs'), 8), '--labelled', '4', '--batch', '8'],
      ...['--loss', 'softmax', '--network', 'neighbor-mnist,alexnet'],
    ]
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('prints a line a run, then the table, and writes both files', async () => {
    const files = { html: join(folder, 'a.html'), csv: join(folder, 'a.csv') }
    const { code, lines, stderr } = await semblance(
      ...['compare', ...gallery, '--json', ...glyphs, '--seeds', '2', '--steps', '2', '--sort', 'parameters'],
      ...['--html', files.html, '--csv', files.csv],
    )
    expect(code, stderr).toBe(0)
    const all = lines()
    expect(all.slice(0, -1).map((line) => cellLine.parse(line).cell.index)).toEqual([0, 1, 2, 3])
    const { comparison } = lastLine.parse(all.at(-1))
    expect(comparison).toMatchObject({ state: 'done', done: 4, data: 'glyphs', facts: { test: 6 } })
    expect(comparison.rows.map(({ network, done }) => [network, done])).toEqual([
      ['neighbor-mnist', 2],
      ['alexnet', 2],
    ])
    expect(await readFile(files.html, 'utf8')).toContain('Comparison 1: glyphs')
    expect((await readFile(files.csv, 'utf8')).split('\r\n')).toHaveLength(6)
    const again = await semblance('compare', ...gallery, '--json', ...glyphs, '--html', files.html)
    expect([again.code, z.object({ error: failure }).parse(again.lines()[0]).error.message]).toEqual([
      2,
      expect.stringContaining('is there already'),
    ])
  })

  it('pauses at Ctrl+C, and --resume goes on', async () => {
    const args = ['compare', ...gallery, ...glyphs, '--network', 'neighbor-mnist', '--seeds', '1', '--steps', '30']
    const { child, ended } = start(args)
    const begun = new Promise<void>((resolve) =>
      child.stderr!.on('data', (text: Buffer) => {
        if (text.toString().includes('Comparison 2')) setTimeout(resolve, 1500)
      }),
    )
    await begun
    child.kill('SIGINT')
    const paused = await ended
    expect(paused.code, paused.stderr).toBe(1)
    expect(paused.stderr).toContain('is paused; --resume')
    const { code, stdout, stderr } = await semblance('compare', ...gallery, '--resume', 'Comparison 2')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^loss +network +error % /)
    expect(stdout).toMatch(/softmax +neighbor-mnist +\d+\.\d\d .*1 of 1/)
  })

  it('says what is missing, and what there is to choose from', async () => {
    const refused = async (...args: string[]) => {
      const { code, lines } = await semblance('compare', ...gallery, '--json', ...args)
      return { ...z.object({ error: failure }).parse(lines()[0]).error, exit: code }
    }
    expect((await refused('--loss', 'softmax')).message).toContain('Give --data')
    expect((await refused(...glyphs, '--held-out', '2')).message).toContain('heldOut')
    const unknown = await refused(...glyphs, '--loss', 'hinge')
    expect(unknown).toMatchObject({ exit: 2, code: 'wrong-use' })
    expect(unknown.message).toMatch(/no loss "hinge".*distance-ratio/)
    expect((await refused('--resume', 'Comparison 9')).code).toBe('not-found')
  })
})
