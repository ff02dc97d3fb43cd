import { beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src-main/contract/jobs.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import type { Control, StepReport } from '../../../src-main/engine/training/control.ts'
import { trainNetwork, type TrainSpec } from '../../../src-main/engine/training/train-network.ts'
import { createWatches, type Finding, type Observed, type Watches } from '../../../src-main/engine/training/watches.ts'
import { backends, resources } from '../fixture.ts'
import { barsData, tinyNetwork, tinySpec } from './blobs.ts'
import { draws } from './fixture.ts'

const silent: Control = { checkpointDue: () => false, tick: () => Promise.resolve() }
const CLASSES = 4

/** log P of rows that give `certain` to one class and share the rest. */
function logP(rows: readonly number[], certain: number): Float32Array {
  const rest = Math.log((1 - certain) / (CLASSES - 1))
  return Float32Array.from(
    rows.flatMap((row) => Array.from({ length: CLASSES }, (_, i) => (i === row ? Math.log(certain) : rest))),
  )
}

/** Observes the same up to `times` times; the first stop, or the first finding. */
function until(watches: Watches, seen: (step: number) => Partial<Observed>, times = 400): Finding | undefined {
  let first: Finding | undefined
  for (let step = 1; step <= times; step++) {
    const finding = watches.observe({ step, steps: 400, classes: CLASSES, ...seen(step) })
    first ??= finding
    if (finding?.kind === 'stop') return finding
  }
  return first
}

describe('the watches', () => {
  it('find nothing in a run that learns as it should', () => {
    const rows = Array.from({ length: 32 }, (_, i) => i % CLASSES)
    const finding = until(createWatches(), (step) => ({
      embeddings: { values: draws(320, step).map((value) => 3 + value * (1 + step / 100)), dimensions: 10 },
      unlabelled: logP(rows, Math.min(0.99, 0.3 + step / 300)),
      labelled: { logP: logP(rows, 0.95), labels: rows },
    }))
    expect(finding).toBeUndefined()
  })

  it('stop when all pictures are embedded alike, whatever their common length', () => {
    for (const length of [0, 1, 1000]) {
      const finding = until(createWatches(), (step) => ({
        embeddings: {
          values: draws(320, step).map((value) => length + value * (step < 50 ? 1 : 1e-4)),
          dimensions: 10,
        },
      }))
      expect(finding).toMatchObject({ code: 'embeddings-collapsed', kind: 'stop' })
      expect(finding!.message).toContain('nothing can be told apart')
    }
  })

  it('stop when embeddings grow without end', () => {
    const finding = until(createWatches(), (step) => ({
      embeddings: { values: draws(320, step).map((value) => value * 1.1 ** step), dimensions: 10 },
    }))
    expect(finding).toMatchObject({ code: 'norm-exploded', kind: 'stop' })
  })

  it('stop when all probes go to one reference, and name it', () => {
    const watches = createWatches({ nameOf: (label) => ['Ada', 'Ben', 'Cy', 'Di'][label]! })
    const finding = until(watches, (step) => ({
      unlabelled: logP(
        Array.from({ length: 32 }, (_, i) => (step < 30 ? i % CLASSES : 2)),
        0.999,
      ),
    }))
    expect(finding).toMatchObject({ kind: 'stop' })
    expect(['one-reference', 'prediction-collapsed']).toContain(finding!.code)
    const always = until(watches, () => ({ unlabelled: logP(Array(32).fill(2), 0.9999) }))
    expect(always!.message).toContain('Cy')
  })

  it('tell once that predictions narrow, and stop when the narrowing is grave', () => {
    // Two of four classes stay: half of the entropy.
    const two = (step: number) => ({
      unlabelled: logP(
        Array.from({ length: 32 }, (_, i) => (step < 50 ? i % 4 : i % 2)),
        0.999,
      ),
    })
    const watches = createWatches()
    const findings = Array.from({ length: 400 }, (_, i) =>
      watches.observe({ step: i, steps: 400, classes: 4, ...two(i) }),
    )
    const told = findings.filter((one) => one !== undefined && one.code === 'prediction-collapsed')
    expect(told).toHaveLength(1)
    expect(told[0]!.kind).toBe('notice')
    expect(until(createWatches({ evenness: false }), two)?.kind).not.toBe('stop')
  })

  it('stop when labelled pictures of one class are taken for another with certainty, and name both', () => {
    const rows = Array.from({ length: 32 }, (_, i) => i % CLASSES)
    const taken = rows.map((row) => (row === 3 ? 0 : row))
    const watches = createWatches({ nameOf: (label) => `the ${label}s` })
    const finding = until(watches, () => ({ labelled: { logP: logP(taken, 0.97), labels: rows } }))
    expect(finding).toMatchObject({ code: 'confusion-locked', kind: 'stop' })
    expect(finding!.message).toContain('Labelled pictures of the 3s are taken for the 0s')
    const unsure = until(createWatches(), () => ({ labelled: { logP: logP(taken, 0.6), labels: rows } }))
    expect(unsure).toBeUndefined()
  })

  it('tell when nearly everything is decided early, and do not stop for it', () => {
    const rows = Array.from({ length: 32 }, (_, i) => i % CLASSES)
    const finding = until(createWatches(), () => ({ unlabelled: logP(rows, 0.9999) }))
    expect(finding).toMatchObject({ code: 'decided-early', kind: 'notice' })
  })

  it('go on from a saved state as if never interrupted', () => {
    const seen = (step: number): Observed => ({
      ...{ step, steps: 400, classes: CLASSES },
      unlabelled: logP(Array(32).fill(1), step < 20 ? 0.26 : 0.9999),
    })
    const whole = createWatches()
    const cut = createWatches()
    let resumed: Watches | undefined
    for (let step = 1; step < 200; step++) {
      const expected = whole.observe(seen(step))
      const found = (resumed ?? cut).observe(seen(step))
      expect(found).toEqual(expected)
      if (step === 60)
        resumed = createWatches({}, JSON.parse(JSON.stringify(cut.state())) as ReturnType<Watches['state']>)
    }
  })
})

describe('a run', () => {
  beforeAll(async () => {
    await chooseBackend(resources, backends[0])
  })
  const data = barsData()
  const run = async (change: Partial<TrainSpec>, on = data) => {
    const network = tinyNetwork(1)
    const notices: Problem[] = []
    const reports: StepReport[] = []
    const control = { ...silent, tick: (report: StepReport) => Promise.resolve(void reports.push(report)) }
    const spec = { ...tinySpec(network, 1), steps: 400, onNotice: (notice: Problem) => notices.push(notice), ...change }
    const end = await trainNetwork(spec, on, control)
    network.dispose()
    return { end, notices, reports }
  }

  it('whose triplet loss collapses at its margin is stopped and explained', async () => {
    // Classes that say nothing of the pictures: the hardest triplets cost least where all embeddings are one point.
    const labels = Int32Array.from({ length: 12 }, (_, i) => Math.floor(i / 4))
    const { end, reports } = await run(
      {
        loss: 'triplet-batch-hard',
        steps: 1200,
        lossOptions: { margin: 0.2 },
        rate: 0.1,
        optimizer: { kind: 'nesterov' },
      },
      { ...data, labels },
    )
    expect(reports.at(-1)!.labelled).toBeCloseTo(0.2, 3)
    expect(end).toMatchObject({ outcome: 'stopped', problem: { code: 'embeddings-collapsed' } })
    expect(end.problem!.message).toContain('nothing can be told apart')
  })

  it('whose unlabelled pictures all go to one reference is stopped and explained', async () => {
    const all = data.unlabelled!.values
    const upright = Array.from({ length: 20 }, (_, i) => all.subarray(i * 3 * 64, (i * 3 + 1) * 64))
    const values = Uint8Array.from(upright.flatMap((picture) => [...picture]))
    const { end } = await run({}, { ...data, unlabelled: { ...data.unlabelled!, values } })
    expect(end).toMatchObject({ outcome: 'stopped', problem: { code: 'one-reference' } })
    expect(end.problem!.message).toContain('taken for class 1')
  })

  it('that goes well is not stopped', async () => {
    const { end, notices } = await run({ steps: 200 })
    expect({
      outcome: end.outcome,
      problem: end.problem,
      notices: notices.filter(({ code }) => code !== 'decided-early'),
    }).toEqual({
      outcome: 'done',
      problem: undefined,
      notices: [],
    })
  })
})
