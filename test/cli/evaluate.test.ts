import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { common, portraits, semblance } from './semblance.ts'

const percent = z.number().min(0).max(100)
const interval = z.strictObject({ value: percent, low: percent, high: percent })
const byPairs = z.strictObject({
  pairs: z.number().int(),
  accuracy: percent,
  accuracySd: percent,
  eer: percent,
  tarAtFar: z.strictObject({ '0.01': percent, '0.001': percent }),
  fmr: percent,
  fnmr: percent,
  intervals: z.strictObject({
    accuracy: interval,
    eer: interval,
    tarAtFar: z.strictObject({ '0.01': interval, '0.001': interval }),
    fmr: interval,
    fnmr: interval,
  }),
  valAtFar: z.strictObject({ '0.001': z.strictObject({ val: percent, standardError: percent, far: percent }) }),
  det: z.array(z.strictObject({ fmr: percent, fnmr: percent, threshold: z.number() })),
  undetected: z.number().int(),
  distance: z.enum(['euclidean', 'chi-squared', 'weighted-chi-squared']),
  model: z.string(),
  backend: z.literal('wasm'),
})
const byIdentities = z.strictObject({
  classes: z.number().int(),
  probes: z.number().int(),
  draws: z.number().int(),
  rank1: percent,
  rank1Sd: percent,
  rank1Interval: interval,
  openSet: z
    .strictObject({
      mated: z.number().int(),
      nonMated: z.number().int(),
      fnirAtFpir: z.strictObject({ '0.1': interval, '0.01': interval }),
      curve: z.array(z.strictObject({ threshold: z.number(), fpir: percent, fnir: percent })),
    })
    .nullable(),
  undetected: z.number().int(),
  model: z.string(),
  backend: z.literal('wasm'),
})

describe('evaluation on the command line', () => {
  let folder: string
  let data: string
  const evaluate = (...args: string[]) => semblance('evaluate', ...common(data), ...args)
  const table = async (name: string, lines: string[]) => {
    const path = join(folder, name)
    await writeFile(path, lines.join('\n'))
    return path
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    data = join(folder, 'data')
    const people = await portraits(folder)
    for (const person of ['ada', 'bea'] as const) {
      await mkdir(join(folder, 'identities', person), { recursive: true })
      for (const number of [1, 2] as const) {
        await copyFile(people[`${person}-${number}`], join(folder, 'identities', person, `${number}.png`))
      }
    }
    await mkdir(join(folder, 'references'))
    await copyFile(people['ada-1'], join(folder, 'references', '01_ada.png'))
    await copyFile(people['bea-1'], join(folder, 'references', '02_bea.png'))
    await writeFile(join(folder, 'letter.jpg'), 'no picture')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('measures pairs with folds, counting what is not found as different', async () => {
    const csv = await table('pairs.csv', [
      'left,right,same,fold',
      'ada-1.png,ada-2.png,1,1',
      'ada-1.png,bea-1.png,0,1',
      'bea-1.png,bea-2.png,1,2',
      'ada-2.png,cat-1.png,0,2',
      'bea-1.png,letter.jpg,1,2',
    ])
    const { code, lines, stderr } = await evaluate('--pairs', csv, '--images', folder)
    expect(code, stderr).toBe(0)
    const [answer] = z.array(byPairs).length(1).parse(lines())
    expect(answer).toMatchObject({ distance: 'euclidean', fmr: 0, fnmr: 33.33 })
    expect(answer!.intervals.fmr).toEqual({ value: 0, low: 0, high: 100 })
    // Of fold 2 one pair of three is wrong: the one that is not found.
    expect(answer).toMatchObject({ pairs: 5, undetected: 1, accuracy: 83.33, tarAtFar: { '0.001': 66.67 } })
    expect(stderr).toContain('letter.jpg')
  })

  it('makes folds where the table has none', async () => {
    const csv = await table('unfolded.csv', [
      'left,right,same',
      'ada-1.png,ada-2.png,1',
      'bea-1.png,bea-2.png,1',
      'ada-1.png,bea-1.png,0',
      'ada-2.png,bea-2.png,0',
    ])
    const { code, lines, stderr } = await evaluate('--pairs', csv, '--images', folder)
    expect(code, stderr).toBe(0)
    expect(byPairs.parse(lines()[0])).toMatchObject({ pairs: 4, accuracy: 100, accuracySd: 0, eer: 0, undetected: 0 })
  })

  it('learns a distance from the other folds, and says when these show the same people', async () => {
    const folds = ['ada', 'bea'].flatMap((one, at) => {
      const other = one === 'ada' ? 'bea' : 'ada'
      return [`${one}-1.png,${one}-2.png,1,${at}`, `${one}-1.png,${other}-2.png,0,${at}`]
    })
    const csv = await table('folded.csv', ['left,right,same,fold', ...folds])
    const learned = ['--distance', 'weighted-chi-squared']
    const { code, lines, stderr } = await evaluate('--pairs', csv, '--images', folder, ...learned)
    expect(code, stderr).toBe(0)
    expect(byPairs.parse(lines()[0])).toMatchObject({ pairs: 4, distance: 'weighted-chi-squared', undetected: 0 })
    expect(stderr).toContain('2 identities of the table are in several folds')
  })

  it('learns weights only where folds are given, and only of pairs', async () => {
    const csv = await table('no-folds.csv', ['left,right,same', 'ada-1.png,ada-2.png,1', 'ada-1.png,bea-1.png,0'])
    const learned = ['--distance', 'weighted-chi-squared']
    const folds = await evaluate('--pairs', csv, '--images', folder, ...learned)
    expect([folds.code, folds.lines()]).toEqual([
      2,
      [{ error: { code: 'wrong-use', message: expect.stringContaining('needs the column fold') } }],
    ])
    expect((await evaluate('--identities', folder, ...learned)).code).toBe(2)
    expect((await evaluate('--pairs', csv, '--images', folder, '--distance', 'manhattan')).code).toBe(2)
  })

  it('measures identities from drawn and from given references', async () => {
    const identities = join(folder, 'identities')
    const drawn = await evaluate('--identities', identities, '--shots', '1', '--draws', '3')
    expect(drawn.code, drawn.stderr).toBe(0)
    expect(byIdentities.parse(drawn.lines()[0])).toMatchObject({ classes: 2, probes: 2, draws: 3, rank1: 100 })
    const given = await evaluate('--identities', identities, '--references', join(folder, 'references'))
    expect(given.code, given.stderr).toBe(0)
    expect(byIdentities.parse(given.lines()[0])).toMatchObject({ probes: 4, draws: 1, rank1: 100, rank1Sd: 0 })
  })

  it('leaves the gallery alone', () => {
    expect(existsSync(data)).toBe(false)
  })

  it('says what is wrong with the table, the folder and the options', async () => {
    const malformed = await table('malformed.csv', ['left,right,same', 'ada-1.png,ada-2.png,perhaps'])
    const bad = await evaluate('--pairs', malformed, '--images', folder)
    expect([bad.code, bad.lines()]).toEqual([
      1,
      [{ error: { code: 'bad-table', message: expect.stringContaining('Line 2') } }],
    ])

    const elsewhere = await table('elsewhere.csv', ['left,right,same', 'x.png,y.png,1'])
    const absent = await evaluate('--pairs', elsewhere, '--images', folder)
    expect([absent.code, absent.lines()]).toEqual([
      1,
      [{ error: { code: 'not-found', message: expect.stringContaining('x.png') } }],
    ])

    expect((await evaluate()).code).toBe(2)
    expect((await evaluate('--pairs', malformed)).code).toBe(2)
    expect((await evaluate('--identities', folder, '--shots', 'two')).code).toBe(2)
  })
})
