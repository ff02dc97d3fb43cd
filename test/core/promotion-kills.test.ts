import { resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openWith, putModel, world } from '../app/models/fixture.ts'
import { fakeResources, forkCore } from './fixture.ts'
import { killPromotions } from './promotion-kills.ts'

/** `npm run bench -- promotion-kills` does fifty, with the real engine. */
const KILLS = 4
const program = resolve(import.meta.dirname, 'fake-core.ts')

it(
  `SIGKILL at ${KILLS} moments of a promotion leaves the old model or the new one, whole`,
  { timeout: 120_000 },
  async () => {
    const core = await world()
    for (let i = 0; i < 12; i++) await core.add(`Identity ${i}`)
    await core.close()
    const model = await openWith(core.dataFolder, (gallery) => putModel(gallery, core.dataFolder))
    const resources = fakeResources(onTestFinished)
    const start = (data: string) => forkCore(program, [data, resources])
    const counts = await killPromotions(core.dataFolder, model, start, KILLS, 1)
    expect(counts).toMatchObject({ kills: KILLS, between: 0, harmed: 0 })
    expect(counts.old + counts.new).toBe(KILLS)
  },
)
