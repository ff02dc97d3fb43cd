import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ComparisonPlan } from '../../../src-main/contract/lab.ts'
import { fakePicture, temporaryFolder, testCore, until } from '../../core/fixture.ts'
import { comparisonAs, ENDED, fakeFolder, idxFolder, planOf } from './fixture.ts'
import { noted, type Noted } from './notes.ts'

const trainerScript = join(import.meta.dirname, 'fake-trainer.ts')
const TRAIN = Array.from({ length: 60 }, (_, i) => i % 3)
const TEST = Array.from({ length: 12 }, (_, i) => i % 3)

async function lab(dataFolder = temporaryFolder(onTestFinished)) {
  const core = await testCore(onTestFinished, { trainerScript, dataFolder })
  const start = async (path: string, change: Partial<ComparisonPlan> = {}) =>
    core.api.startComparison({ folder: await core.adopt(path), plan: planOf(change) })
  const ended = async (path: string, change: Partial<ComparisonPlan> = {}) =>
    comparisonAs(core.api, (await start(path, change)).id, ...ENDED)
  return { core, api: core.api, dataFolder, start, ended }
}
const idx = () => idxFolder(join(temporaryFolder(onTestFinished), 'digits'), TRAIN, TEST)

describe('what a comparison hands to training', () => {
  it('is the class of labelled and test pictures alone, and no picture of the test to learn from', async () => {
    const { dataFolder, ended } = await lab()
    const { runs, facts, state } = await ended(idx(), { seeds: 3, labelled: 4 })
    expect(state).toBe('done')
    expect(facts).toEqual({
      ...{ classes: 3, labelled: 12, unlabelled: 48, test: 12, width: 28, height: 28, channels: 1, lost: 0 },
    })
    const all = noted(dataFolder)
    expect(all.map(({ seed }) => seed)).toEqual(runs.map(({ seed }) => seed))
    for (const { labels, labelled, unlabelled, asked, rows, first } of all) {
      expect(rows).toBe(72)
      expect(asked).toEqual(TEST.map((_, at) => 60 + at))
      expect([...labelled, ...unlabelled].sort((a, b) => a - b)).toEqual(TRAIN.map((_, at) => at))
      for (const row of unlabelled) expect(labels[row]).toBe(-1)
      // The brightness of a picture of this set is ten times its class and some.
      for (const row of [...labelled, ...asked]) expect(Math.floor(first[row]! / 10)).toBe(labels[row])
      for (const label of [0, 1, 2]) expect(labelled.filter((row) => labels[row] === label)).toHaveLength(4)
    }
    expect(new Set(all.map(({ labelled }) => labelled.join())).size).toBe(3)
  })

  it('holds the same share of each class out for every run where the data keeps no test', async () => {
    const { dataFolder, ended } = await lab()
    const folder = fakeFolder(temporaryFolder(onTestFinished), ['ada', 'bea'], 8)
    const { facts } = await ended(folder, { seeds: 2, networks: ['neighbor-mnist', 'residual'], labelled: 3 })
    expect(facts).toMatchObject({ classes: 2, labelled: 6, unlabelled: 6, test: 4, channels: 3 })
    const all = noted(dataFolder)
    expect(new Set(all.map(({ asked }) => asked.join())).size).toBe(1)
    for (const { labelled, unlabelled, asked } of all)
      expect(new Set([...labelled, ...unlabelled, ...asked]).size).toBe(16)
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
  })

  it('takes train and test from the folders of these names', async () => {
    const { dataFolder, ended } = await lab()
    const folder = temporaryFolder(onTestFinished)
    fakeFolder(join(folder, 'train'), ['ada', 'bea'], 5)
    fakeFolder(join(folder, 'test'), ['ada', 'bea'], 3)
    expect((await ended(folder)).facts).toMatchObject({ labelled: 10, unlabelled: 0, test: 6 })
    const [{ labels, asked }] = noted(dataFolder) as [Noted]
    expect(asked).toHaveLength(6)
    expect(asked.filter((row) => labels[row] === 0)).toHaveLength(3)
  })
})

describe('a queue of runs', () => {
  it('goes on behind one that fails, gives one that ends its process a second chance, and keeps the reasons', async () => {
    const { dataFolder, ended } = await lab()
    const { runs, state, done } = await ended(idx(), { networks: ['vgg', 'alexnet', 'plain', 'residual'] })
    expect([state, done]).toEqual(['done', 4])
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'failed', 'done', 'done'])
    expect(runs[0]!.problem).toEqual({ code: 'training-stopped', message: 'The loss is no number any more.' })
    expect(runs[1]!.problem).toMatchObject({ code: 'engine-stopped' })
    expect(runs[1]!.problem!.message).toContain('exit code 3')
    expect(noted(dataFolder).map(({ network }) => network)).toEqual([
      ...['vgg', 'alexnet', 'alexnet', 'plain', 'plain', 'residual'],
    ])
  })

  it('takes the next backend for the run alone that lacks memory', async () => {
    const { dataFolder, ended } = await lab()
    const { runs } = await ended(idx(), { networks: ['inception', 'residual'] })
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(noted(dataFolder).map(({ network, backend }) => `${network} ${backend}`)).toEqual([
      ...['inception tfjs-node', 'inception webgpu', 'inception wasm', 'residual tfjs-node'],
    ])
  })

  it('waits while another one learns, begins by itself, and shares its turn with the runs of Learn', async () => {
    const { core, api, start } = await lab()
    const folder = fakeFolder(temporaryFolder(onTestFinished), ['ada', 'bea'], 8)
    const first = await start(idx(), { networks: ['highway', 'residual'] })
    const second = await start(idx())
    expect([first.state, second.state]).toEqual(['preparing', 'waiting'])
    const config = { recipe: 'scratch', seed: 1, network: 'residual' } as const
    const learn = { labelled: await core.adopt(folder), profile: 'object', config } as const
    await expect(api.startRun(learn)).rejects.toMatchObject({
      code: 'wrong-use',
      message: expect.stringContaining('Comparison 1 is learning') as string,
    })
    await until(async () => (await api.comparison(first.id)).runs[0]!.step > 0)
    const paused = await api.pauseComparison(first.id)
    expect(paused).toMatchObject({ state: 'paused', done: 0 })
    expect(paused.runs[0]).toMatchObject({ state: 'waiting', step: 1, curve: [{ step: 1, loss: 1, error: 0.5 }] })
    await comparisonAs(api, second.id, 'done')

    const run = await api.startRun(learn)
    await expect(api.resumeComparison(first.id)).rejects.toMatchObject({ code: 'wrong-use' })
    await expect(start(idx())).rejects.toThrow('Run 1 is learning')
    await api.cancelRun(run.id)
    await api.resumeComparison(first.id)
    await comparisonAs(api, first.id, 'running')
    expect((await api.cancelComparison(first.id)).state).toBe('cancelled')
    expect((await api.comparisons()).map(({ title }) => title)).toEqual(['Comparison 2', 'Comparison 1'])
  })

  it('tells each change, and each run with its curve', async () => {
    const { core, ended } = await lab()
    const { id } = await ended(idx(), { seeds: 2 })
    const states = core.events.flatMap((event) => (event.type === 'comparison' ? [event.comparison.state] : []))
    expect([...new Set(states)]).toEqual(['preparing', 'running', 'done'])
    const last = core.events.findLast((event) => event.type === 'comparison-cell')
    expect(last).toMatchObject({
      comparison: id,
      cell: { index: 1, state: 'done', curve: [{ step: 1 }, { step: 10 }] },
    })
  })

  it('leaves nothing when it is deleted', async () => {
    const { api, dataFolder, ended, start } = await lab()
    const folder = fakeFolder(temporaryFolder(onTestFinished), ['ada', 'bea'], 8)
    const { id } = await ended(folder)
    expect(readdirSync(join(dataFolder, 'features')).length).toBeGreaterThan(0)
    await api.deleteComparison(id)
    expect(readdirSync(join(dataFolder, 'comparisons'))).toEqual([])
    expect(existsSync(join(dataFolder, 'features'))).toBe(false)
    await expect(api.comparison(id)).rejects.toMatchObject({ code: 'not-found' })
    const busy = await start(idx(), { networks: ['highway'] })
    await expect(api.deleteComparison(busy.id)).rejects.toThrow('at work')
    await api.cancelComparison(busy.id)
    await api.deleteComparison(busy.id)
    expect(readdirSync(join(dataFolder, 'comparisons'))).toEqual([])
  })

  it('is interrupted by a restart, keeps what is done, and waits where its pictures are others', async () => {
    const { core, api, dataFolder, start } = await lab()
    const folder = fakeFolder(temporaryFolder(onTestFinished), ['ada', 'bea'], 8)
    const { id } = await start(folder, { networks: ['residual', 'highway'] })
    await until(async () => (await api.comparison(id)).done === 1)
    await core.close()

    const again = await lab(dataFolder)
    const kept = await again.api.comparison(id)
    expect(kept).toMatchObject({ state: 'interrupted', done: 1, problem: { code: 'core-stopped' } })
    expect(kept.runs[0]).toMatchObject({ state: 'done', result: { error: 0.25 } })
    mkdirSync(join(folder, 'cat'))
    fakePicture(join(folder, 'cat'))
    await again.api.resumeComparison(id)
    const waits = await comparisonAs(again.api, id, ...ENDED)
    expect(waits).toMatchObject({ state: 'paused', done: 1, problem: { code: 'not-found' } })
    expect(waits.problem!.message).toContain('others than those')
    rmSync(join(folder, 'cat'), { recursive: true })
    await again.api.resumeComparison(id)
    await comparisonAs(again.api, id, 'running')
    expect(noted(dataFolder).map(({ network }) => network)[0]).toBe('residual')
    expect(noted(dataFolder).filter(({ network }) => network === 'residual')).toHaveLength(1)
  })
})

describe('a choice that makes no sense', () => {
  it('is refused in words, before a picture is read', async () => {
    const { api, core, start } = await lab()
    const digits = idx()
    const refused = async (change: Partial<ComparisonPlan>, code: string, ...words: string[]) => {
      const error = (await start(digits, change).catch((caught: unknown) => caught)) as {
        code: string
        message: string
      }
      expect(error.code).toBe(code)
      for (const word of words) expect(error.message).toContain(word)
    }
    await refused({ losses: ['hinge'] }, 'wrong-use', 'There is no loss "hinge". Losses are softmax.')
    await refused({ networks: ['lenet'] }, 'wrong-use', 'no network "lenet"', 'neighbor-mnist', 'efficientnet')
    await refused({ networks: ['vgg', 'vgg'] }, 'wrong-use', 'twice')
    await refused({ networks: ['omniglot'] }, 'wrong-use', 'from 48 × 48 on; these are 28 × 28')
    await refused({ methods: ['noisy-student'] }, 'wrong-use', 'Noisy Student', 'stay labelled')
    await refused({ labelled: 21 }, 'not-trainable', '"0" has 20 of the 21')
    const one = fakeFolder(temporaryFolder(onTestFinished), ['ada'], 3)
    await expect(api.labData(await core.adopt(one))).rejects.toThrow('one class alone')
    const few = fakeFolder(temporaryFolder(onTestFinished), ['ada', 'bea'], 1)
    await expect(start(few)).rejects.toMatchObject({ code: 'not-trainable' })
    await expect(api.labData(await core.adopt(join(digits, 'absent')))).rejects.toThrow('not a folder')
    rmSync(join(digits, 't10k-labels-idx1-ubyte'))
    await expect(api.labData(await core.adopt(digits))).rejects.toThrow('t10k-labels-idx1-ubyte')
  })
})
