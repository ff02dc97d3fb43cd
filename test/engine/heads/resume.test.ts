import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { fitHead, unwatched } from '../../../src-main/engine/heads/fit.ts'
import type { HeadModel } from '../../../src-main/engine/heads/head.ts'
import { trainHead } from '../../../src-main/engine/heads/train-head.ts'
import { newestCheckpoint, weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import { Cancelled, type Control } from '../../../src-main/engine/training/control.ts'
import { backends, resources } from '../fixture.ts'
import { world } from './fixture.ts'

const CUTS = [1, 6, 11]
const SEEDS = [1, 2]
const { data } = world({ each: 12 })
const config = (recipe: 'distance-ratio' | 'hidden-layer', seed: number) => ({ recipe, seed, steps: 12, batch: 48 })

/** Ends the run after a step, its checkpoint written. */
function cutAfter(step: number): Control {
  return {
    checkpointDue: () => false,
    tick(report, save) {
      if (report.step !== step) return Promise.resolve()
      save?.()
      return Promise.reject(new Cancelled())
    },
  }
}

function hashOf({ weights, dimensions, hidden }: HeadModel): string {
  const flat = (values: Float32Array) => ({ shape: [values.length], values })
  const tensors = { weights, ...(hidden && { into: hidden.into, bias: hidden.bias, out: hidden.out }) }
  return weightHash(new Map(Object.entries(tensors).map(([name, values]) => [`${dimensions} ${name}`, flat(values)])))
}

describe.each(backends)('a head that is gone on with on %s', (backend) => {
  let folder: string
  beforeAll(async () => {
    await chooseBackend(resources, backend)
    folder = mkdtempSync(join(tmpdir(), 'semblance-head-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['distance-ratio', 'hidden-layer'] as const)(
    'by %s ends with the weights of the uninterrupted one, two seeds, cut at three places',
    async (recipe) => {
      const ends = new Set<string>()
      for (const seed of SEEDS) {
        const whole = hashOf((await fitHead(data, config(recipe, seed), unwatched)).head)
        ends.add(whole)
        for (const cut of CUTS) {
          const own = join(folder, `${recipe}-${seed}-${cut}`)
          const begun = fitHead(data, config(recipe, seed), cutAfter(cut), { folder: own })
          await expect(begun).rejects.toThrow(Cancelled)
          expect(newestCheckpoint(own)!.checkpoint.step).toBe(cut)
          const seen: number[] = []
          const goneOn = await fitHead(data, config(recipe, seed), unwatched, {
            folder: own,
            onStep: (step) => seen.push(step),
          })
          expect(seen[0]).toBe(cut + 1)
          expect(hashOf(goneOn.head)).toBe(whole)
        }
      }
      expect(ends.size).toBe(SEEDS.length)
    },
  )

  it('does not train again what was trained, when it ended while it was judged', async () => {
    const own = join(folder, 'judged')
    const one = config('distance-ratio', 1)
    const judging = trainHead(data, one, unwatched, undefined, { folder: own, beside: cutAfter(6) })
    await expect(judging).rejects.toThrow(Cancelled)
    const counting = () => {
      const steps: number[] = []
      const control: Control = { ...unwatched, tick: ({ step }) => Promise.resolve(void steps.push(step)) }
      return { steps, control }
    }
    const [fit, beside] = [counting(), counting()]
    const end = await trainHead(data, one, fit.control, undefined, { folder: own, beside: beside.control })
    expect(fit.steps).toEqual([])
    expect(beside.steps[0]).toBe(7)
    const { gate } = await trainHead(data, one, unwatched)
    expect(end.gate).toEqual(gate)
  })
})
