import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TrainWork } from '../../../src-main/contract/trainer-api.ts'
import type { TrainerEvent } from '../../../src-main/contract/trainer-api.ts'
import { resourcesFolder, trainerScript } from '../../../src-main/core/places.ts'
import { startTrainer } from '../../../src-main/core/trainer-process.ts'
import { temporaryFolder } from '../../core/fixture.ts'

const SIDE = 12
const EACH = 8

/** Bright upper halves, left halves and diagonals, each a little different: values of all pictures, and their classes. */
function pictures(): { values: Uint8Array; labels: Int32Array } {
  const bright = [
    (_x: number, y: number) => y < SIDE / 2,
    (x: number) => x < SIDE / 2,
    (x: number, y: number) => Math.abs(x - y) < 3,
  ]
  const values = new Uint8Array(bright.length * EACH * SIDE * SIDE)
  const labels = Int32Array.from({ length: bright.length * EACH }, (_, i) => Math.floor(i / EACH))
  labels.forEach((label, picture) => {
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++)
        values[(picture * SIDE + y) * SIDE + x] = (bright[label]!(x, y) ? 180 : 40) + ((picture * 7 + x * y) % 30)
  })
  return { values, labels }
}

const { values, labels } = pictures()
const work = (folder: string): TrainWork => ({
  run: 'r',
  folder,
  config: { recipe: 'scratch', seed: 3, steps: 24, batch: 8 },
  profile: 'object',
  base: '',
  parts: [],
  classes: 3,
  identities: ['upper', 'left', 'diagonal'],
  labels,
  weights: new Float32Array(),
  views: 0,
  cannotLink: new Int32Array(),
  picture: { width: SIDE, height: SIDE, channels: 1 },
})

async function opened(onEvent: (event: TrainerEvent) => void = () => {}) {
  const trainer = startTrainer({ script: trainerScript, resources: resourcesFolder, backend: 'wasm' }, onEvent)
  onTestFinished(() => trainer.kill())
  await trainer.api.fill({ table: 'pixels', columns: SIDE * SIDE, values })
  return trainer
}

const model = (folder: string) => readFileSync(join(folder, 'model', 'checkpoint-0000000024'))

describe('a run from scratch', () => {
  it('ends with the same weights when it is paused, killed and gone on with, and recognises what it has not seen', async () => {
    const [whole, parted] = [temporaryFolder(onTestFinished), temporaryFolder(onTestFinished)]
    const result = await (await opened()).api.train(work(whole))
    expect(result.kind).toBe('network')
    expect(result.heldOut.truth).toHaveLength(3)

    const saved: number[] = []
    const first = await opened((event) => {
      if (event.type === 'progress' && event.step >= 5) void first.api.pause().then(() => first.kill())
      if (event.type === 'saved') saved.push(event.step)
    })
    await expect(first.api.train(work(parted))).rejects.toMatchObject({ code: 'engine-stopped' })
    expect(saved).toHaveLength(1)
    expect(saved[0]).toBeLessThan(24)
    await (await opened()).api.train(work(parted))
    expect(model(parted).equals(model(whole))).toBe(true)
  }, 180_000)

  it('refuses a network that there is none of, and one that takes no pictures of this size', async () => {
    const trainer = await opened()
    const ask = (network: string) => {
      const asked = work(temporaryFolder(onTestFinished))
      return trainer.api.train({ ...asked, config: { ...asked.config, network } })
    }
    await expect(ask('nothing')).rejects.toMatchObject({ code: 'wrong-use' })
    await expect(ask('omniglot')).rejects.toThrow('48 pixels')
  }, 60_000)
})
