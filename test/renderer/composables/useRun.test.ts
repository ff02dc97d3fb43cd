// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { hex, map, points, run } from '../learning.ts'
import { tellBridge } from '../told-bridge.ts'

let maps = 0
let release: () => void = () => {}
const past = points(10)
const { of, tell } = tellBridge({
  runs: () => [run],
  runPoints: () => past,
  runMap: async () => {
    maps++
    await new Promise<void>((done) => (release = done))
    return { ...map(30, 3), step: maps }
  },
})
const { useRun } = await import('../../../src-renderer/composables/useRun.ts')

test('points that came as events and points that were asked for make one line, in order, none twice', async () => {
  const { open, points: shown } = useRun()
  const opened = open(run.id)
  tell({
    type: 'run-points',
    run: run.id,
    points: [
      { ...past[3]!, labelled: 9 },
      { ...past[9]!, step: 99_999 },
    ],
  })
  tell({ type: 'run-points', run: hex(9), points: [{ ...past[3]!, step: 5 }] })
  await opened
  await vi.waitFor(() => expect(shown.value).toHaveLength(11))
  const steps = shown.value.map(({ step }) => step)
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
})

test('a run that goes back takes its later points with it', async () => {
  const { points: shown } = useRun()
  const { step } = past[4]!
  tell({ type: 'run-points', run: run.id, points: [], from: step })
  await vi.waitFor(() =>
    expect(shown.value.map((point) => point.step)).toEqual(past.slice(0, 5).map((one) => one.step)),
  )
  tell({ type: 'run-points', run: run.id, points: [{ ...past[5]!, labelled: 7 }] })
  await vi.waitFor(() => expect(shown.value.at(-1)).toMatchObject({ step: past[5]!.step, labelled: 7 }))
})

test('however many maps are told of while one is read, one more is read, the newest', async () => {
  const { map: shown } = useRun()
  for (let i = 0; i < 5; i++) tell({ type: 'run-map', run: run.id, step: i })
  await vi.waitFor(() => expect(maps).toBe(1))
  release()
  await vi.waitFor(() => expect(maps).toBe(2))
  release()
  await vi.waitFor(() => expect(shown.value?.step).toBe(2))
  expect(of('runMap')).toHaveLength(2)
})
