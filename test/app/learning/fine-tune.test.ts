import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Run, RunConfig } from '../../../src-main/contract/types.ts'
import { engineScript, resourcesFolder } from '../../../src-main/core/places.ts'
import { temporaryFolder, testCore, type Clean, type TestCore } from '../../core/fixture.ts'
import { OVER, runAs, triageOf } from './fixture.ts'

const NAMES = ['Cactus', 'Teapot', 'Chair', 'Pineapple']
const samples = (part: string) => join(resourcesFolder, 'samples', part)
const real = { engineScript, resources: resourcesFolder, backend: 'wasm' }
const config = { recipe: 'fine-tune', seed: 2, steps: 3, batch: 8, blocks: 1, rate: 1e-4 } as const

const steps: (() => void | Promise<void>)[] = []
const later: Clean = (step) => void steps.push(step)

/** Enrols four things from one picture each, and looks through a folder of their other pictures. */
async function prepared(): Promise<{ core: TestCore; triage: string }> {
  const core = await testCore(later, { ...real, dataFolder: temporaryFolder(later) })
  const folder = temporaryFolder(later)
  for (const name of NAMES) {
    const picture = await core.adopt(join(samples('enrol'), `${name}.jpg`))
    await core.api.enrol({ picture, profile: 'object', to: { name }, override: true })
    for (let i = 1; i <= 3; i++)
      copyFileSync(join(samples('probe'), `${name.toLowerCase()}-${i}.jpg`), join(folder, `${name}-${i}.jpg`))
  }
  const { id, refusal } = await triageOf(core.api, folder, 'object')
  expect(refusal).toBeUndefined()
  return { core, triage: id }
}

describe('a run that fine-tunes the network', { timeout: 240_000 }, () => {
  let core: TestCore
  let triage: string
  beforeAll(async () => {
    ;({ core, triage } = await prepared())
    return async () => {
      for (const step of steps.reverse()) await step()
    }
  }, 120_000)
  const run = async (config: RunConfig) =>
    runAs(core.api, (await core.api.startRun({ triage, profile: 'object', config })).id, ...OVER)
  const answers = async () => {
    const picture = await core.adopt(join(samples('probe'), 'chair-1.jpg'))
    return (await core.api.identify({ picture, profile: 'object' })).found[0]!.candidates
  }
  let whole: Run

  it('ends as a challenger: the changed weights alone, whose parent is named', async () => {
    whole = await run(config)
    expect(whole.problem).toBeUndefined()
    expect(whole.state).toBe('done')
    const model = await core.api.model(whole.model!)
    expect(model).toMatchObject({ state: 'challenger', kind: 'fine-tuned', recipe: 'fine-tune' })
    expect(model.comparison?.evidence.gate).toBeDefined()
    const place = join(core.dataFolder, 'models', whole.model!)
    expect(readdirSync(place).sort()).toEqual(['head.bin', 'head.json', 'model.json', 'tuned.bin', 'tuned.json'])
    const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'))
    const { parent, tensors } = read(place, 'tuned.json') as { parent: string; tensors: { name: string }[] }
    const shipped = read(resourcesFolder, 'models', 'object', 'manifest.json') as {
      files: { name: string; sha256: string }[]
    }
    expect(parent).toBe(shipped.files.find(({ name }) => name === 'efficientnet-lite0.bin')!.sha256)
    expect(tensors.map(({ name }) => name).sort()).toEqual(['head/bias', 'head/kernel'])
  })

  it('goes on after its process is killed, and ends as the same model', async () => {
    const { id } = await core.api.startRun({ triage, profile: 'object', config })
    await runAs(core.api, id, 'running')
    process.kill(core.trainerPid()!, 'SIGKILL')
    expect((await runAs(core.api, id, ...OVER)).state).toBe('interrupted')
    await core.api.resumeRun(id)
    const parted = await runAs(core.api, id, ...OVER)
    expect(parted.problem).toBeUndefined()
    expect(parted.model).toBe(whole.model)
  })

  it('is answered by once it is live, is the next run’s champion, and is rolled back to the same answers', async () => {
    const before = await answers()
    await core.api.promote({ model: whole.model!, anyway: true })
    const after = await answers()
    expect(after[0]!.name).toBe('Chair')
    expect(after[0]!.distance).not.toBe(before[0]!.distance)
    // The champion's figures are made by its own network, from the crops.
    const next = await run({ recipe: 'whiten', seed: 2 })
    expect(next.problem).toBeUndefined()
    expect((await core.api.model(next.model!)).comparison?.champion.model).toBe(whole.model)
    await core.api.rollback('object')
    expect(await answers()).toEqual(before)
  })

  it('says how many blocks there are when more are asked for', async () => {
    expect((await run({ ...config, blocks: 50 })).problem?.message).toContain('has 18 blocks')
  })
})
