import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { trialsOf, type BenchTrial } from '../../bench/trials.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { resources } from '../engine/fixture.ts'
import { cloudNetwork, clouds } from '../engine/methods/clouds.ts'

describe('the trials of a bench', () => {
  beforeAll(async () => void (await chooseBackend(resources, 'wasm')))

  it('run once for each seed, and again only where their configuration or the version is another', async () => {
    const bench = `test-${process.pid}`
    onTestFinished(() => rmSync(join(tmpdir(), 'semblance-data', 'trials', bench), { recursive: true, force: true }))
    const ran: string[] = []
    const trial = (key: string, steps = 4): BenchTrial => ({
      key,
      config: { loss: 'softmax', steps, batch: 8, points: 2 },
      network: cloudNetwork,
      data: (seed) => (ran.push(`${key} ${seed}`), clouds(60, 12, 30, seed)),
      also: ({ network, seed }) => ({ parameters: network.variables.size, seed }),
    })
    const first = await trialsOf(bench, 1, [trial('a'), trial('b')], [0, 1])
    expect(ran).toEqual(['a 0', 'b 0', 'a 1', 'b 1'])
    expect(first.map(({ key, seed }) => `${key} ${seed}`)).toEqual(ran)
    expect(first[0]).toMatchObject({ outcome: 'done', trials: 30, also: { parameters: 4, seed: 0 } })
    expect(first[0]!.curve.map(({ step }) => step)).toEqual([2, 4])
    expect(await trialsOf(bench, 1, [trial('a'), trial('b')], [0, 1])).toEqual(first)
    expect(ran).toHaveLength(4)
    await trialsOf(bench, 1, [trial('a', 5)], [0])
    await trialsOf(bench, 2, [trial('b')], [1])
    expect(ran.slice(4)).toEqual(['a 0', 'b 1'])
  })
})
