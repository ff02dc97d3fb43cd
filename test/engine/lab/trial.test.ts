import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import type { TrialData } from '../../../src-main/engine/lab/data.ts'
import { runTrial, type TrialSpec } from '../../../src-main/engine/lab/trial.ts'
import { Cancelled, createControl, type Control } from '../../../src-main/engine/training/control.ts'
import { weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import type { CellPoint } from '../../../src-main/contract/lab.ts'
import { resources } from '../fixture.ts'
import { cutAfter } from '../methods/clouds.ts'
import { bars, tinyNetwork } from '../training/blobs.ts'

const { pictures, labels } = bars(180, 3)
const places = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i)
const data: TrialData = {
  pictures,
  labels,
  classes: 3,
  labelled: places(0, 30),
  unlabelled: places(30, 60),
  asked: places(90, 90),
}
const config = {
  seed: 1,
  steps: 60,
  batch: 16,
  points: 6,
  optimizer: { kind: 'adam' },
  rate: 0.01,
  schedule: { kind: 'cosine' },
  augment: { labelled: { shift: 1 } },
} as const satisfies Partial<TrialSpec>

describe('a trial', () => {
  let folder: string
  beforeAll(async () => {
    await chooseBackend(resources, 'tfjs-node')
    folder = mkdtempSync(join(tmpdir(), 'semblance-trial-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['softmax', 'distance-ratio-plain', 'verification'] as const)(
    'learns by %s, draws its curve and measures what it never saw',
    async (loss) => {
      const network = tinyNetwork(1)
      const told: CellPoint[] = []
      const trial = await runTrial(
        { ...config, loss, network, onPoint: (point) => told.push(point) },
        data,
        createControl(),
      )
      network.dispose()
      expect(trial.outcome).toBe('done')
      expect(trial.curve.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60])
      expect(trial.curve).toEqual(told)
      expect(trial.curve.at(-1)!.loss).toBeLessThan(trial.curve[0]!.loss!)
      expect(trial.error).toBeLessThan(0.2)
      expect(trial.nearest).toBeLessThan(0.2)
      expect(trial.training).toBeLessThan(0.2)
      expect(trial.trials).toBe(90)
      // 3 · 3 · 6 + 6 and 3 · 3 · 6 · 8 + 8 of the convolutions, 2 · (6 + 8) of the norms; nothing of the loss.
      expect(trial.parameters).toBe(60 + 440 + 28)
      expect(trial.seconds).toBeGreaterThan(0)
    },
  )

  it('never reads the classes of the unlabelled, nor learns from the asked', async () => {
    const hidden = labels.map((label, place) => (place < 30 ? label : 0))
    const other = { ...pictures, values: pictures.values.slice() }
    other.values.fill(0, 90 * 64)
    const hashOf = async (changed: Partial<TrialData>) => {
      const network = tinyNetwork(1)
      await runTrial({ ...config, network }, { ...data, ...changed }, createControl())
      const hash = weightHash(network.read())
      network.dispose()
      return hash
    }
    expect(await hashOf({ labels: hidden, pictures: other })).toBe(await hashOf({}))
  })

  it('goes on from its folder to the same weights, curve and errors', async () => {
    const run = async (control: Control, own?: string) => {
      const network = tinyNetwork(1)
      try {
        const trial = await runTrial(
          { ...config, loss: 'softmax', network, ...(own && { folder: own }) },
          data,
          control,
        )
        return { ...trial, seconds: 0, weights: weightHash(network.read()) }
      } finally {
        network.dispose()
      }
    }
    const own = join(folder, 'own')
    const whole = await run(createControl())
    await expect(run(cutAfter(25), own)).rejects.toThrow(Cancelled)
    // Here the curve is ahead of the checkpoint.
    await expect(run(cutAfter(47, false), own)).rejects.toThrow(Cancelled)
    expect(await run(createControl(), own)).toEqual(whole)
    expect(await run(createControl(), own)).toEqual(whole)
  })
})
