import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TrainWork } from '../../../src-main/contract/trainer-api.ts'
import type { TrainerEvent } from '../../../src-main/contract/trainer-api.ts'
import { resourcesFolder, trainerScript } from '../../../src-main/core/places.ts'
import { startTrainer } from '../../../src-main/core/trainer-process.ts'
import { newestCheckpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { temporaryFolder, type Clean } from '../../core/fixture.ts'

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
  mustLink: new Int32Array(),
  picture: { width: SIDE, height: SIDE, channels: 1 },
})

async function opened(onEvent: (event: TrainerEvent) => void = () => {}) {
  const trainer = startTrainer({ script: trainerScript, resources: resourcesFolder, backend: 'wasm' }, onEvent)
  onTestFinished(() => trainer.kill())
  await trainer.api.fill({ table: 'pixels', columns: SIDE * SIDE, values })
  return trainer
}

const model = (folder: string) => readFileSync(join(folder, 'model', 'network.bin'))

/** A disk in memory of so many bytes. */
function smallDisk(bytes: number, clean: Clean): string {
  const folder = temporaryFolder(clean)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
  if (mounted.status !== 0) throw new Error('no disk can be mounted')
  clean(() => void spawnSync('umount', [folder]))
  return folder
}

const mountable = (() => {
  const steps: (() => unknown)[] = []
  try {
    smallDisk(4096, (step) => void steps.push(step))
    return true
  } catch {
    return false
  } finally {
    for (const step of steps.reverse()) step()
  }
})()

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

  it.skipIf(!mountable)(
    'tells of a full disk, and keeps the checkpoint before (needs the right to mount a small disk)',
    { timeout: 180_000 },
    async () => {
      const roomy = temporaryFolder(onTestFinished)
      await (await opened()).api.train(work(roomy))
      const size = Math.max(
        ...readdirSync(join(roomy, 'checkpoints')).map((name) => statSync(join(roomy, 'checkpoints', name)).size),
      )
      const small = smallDisk(Math.round(1.5 * size), onTestFinished)
      let paused = false
      const trainer = await opened((event) => {
        // The first checkpoint fits; the last, written beside it, does not.
        if (event.type === 'progress' && event.step < 20 && !paused) {
          paused = true
          void trainer.api.pause().then(() => trainer.api.resume())
        }
      })
      await expect(trainer.api.train(work(small))).rejects.toMatchObject({ code: 'disk-full' })
      const found = newestCheckpoint(join(small, 'checkpoints'))
      expect(found?.damaged).toEqual([])
      expect(found?.checkpoint.step).toBeLessThan(24)
    },
  )

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
