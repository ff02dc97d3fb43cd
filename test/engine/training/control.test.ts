import { describe, expect, it } from 'vitest'
import { Cancelled, createControl } from '../../../src-main/engine/training/control.ts'

const report = (step: number) => ({ step, steps: 100, pictures: 1 })

/** Ticks on until it is cancelled; says how many ticks and saves there were. */
function running(control: ReturnType<typeof createControl>) {
  const seen = { ticks: 0, saves: 0 }
  const ended = (async () => {
    for (;;) {
      await control.tick(report(++seen.ticks), () => seen.saves++)
    }
  })().catch((error: unknown) => error)
  return { seen, ended }
}
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((turn) => setImmediate(turn))
}

describe('the control of a run', () => {
  it('lets messages in between steps', async () => {
    const control = createControl()
    const { seen, ended } = running(control)
    await turns(10)
    expect(seen.ticks).toBeGreaterThan(3)
    control.cancel()
    expect(await ended).toBeInstanceOf(Cancelled)
  })

  it('saves before it waits in a pause, and takes no step until it is resumed', async () => {
    const control = createControl()
    const { seen, ended } = running(control)
    await control.pause()
    const at = { ...seen }
    expect(at.saves).toBe(1)
    await turns(20)
    expect(seen).toEqual(at)
    await control.pause()
    control.resume()
    await turns(10)
    expect(seen.ticks).toBeGreaterThan(at.ticks)
    expect(seen.saves).toBe(1)
    await control.pause()
    expect(seen.saves).toBe(2)
    control.cancel()
    expect(await ended).toBeInstanceOf(Cancelled)
  })

  it('that is cancelled while it waits ends without another step', async () => {
    const control = createControl()
    const { seen, ended } = running(control)
    await control.pause()
    const { ticks } = seen
    control.cancel()
    await ended
    expect(seen.ticks).toBe(ticks)
  })

  it('saves after every fifty seconds of work, and not for time spent waiting', async () => {
    let seconds = 0
    const control = createControl({ now: () => 1000 * seconds })
    let saves = 0
    const tick = (step: number) => control.tick(report(step), () => saves++)
    seconds = 49
    await tick(1)
    expect(saves).toBe(0)
    seconds = 50
    await tick(2)
    expect(saves).toBe(1)
    expect(control.checkpointDue()).toBe(false)
    const paused = control.pause()
    const waits = tick(3)
    await paused
    seconds = 1000
    control.resume()
    await waits
    expect(saves).toBe(2)
    expect(control.checkpointDue()).toBe(false)
    seconds = 1051
    expect(control.checkpointDue()).toBe(true)
  })

  it('reports each step before it lets anything else happen', async () => {
    const reported: number[] = []
    const control = createControl({ onStep: ({ step }) => reported.push(step) })
    await control.tick(report(1))
    await control.tick(report(2))
    control.cancel()
    await expect(control.tick(report(3))).rejects.toBeInstanceOf(Cancelled)
    expect(reported).toEqual([1, 2, 3])
  })
})
