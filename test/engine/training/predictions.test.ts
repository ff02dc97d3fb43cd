import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { readNetwork, writeNetwork } from '../../../src-main/engine/learned/network-file.ts'
import { LOSSES, type LossName } from '../../../src-main/engine/losses/table.ts'
import { makeNetwork } from '../../../src-main/engine/networks/table.ts'
import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { batch } from '../../../src-main/engine/training/augment.ts'
import { newestCheckpoint, weightHash, type Checkpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { Cancelled, type Control } from '../../../src-main/engine/training/control.ts'
import { OF_LOSS, type Network } from '../../../src-main/engine/training/network.ts'
import { lossParameters, placed, predictions, type Trained } from '../../../src-main/engine/training/predictions.ts'
import { trainNetwork } from '../../../src-main/engine/training/train-network.ts'
import { backends, resources } from '../fixture.ts'
import { bars, barsData, tinyNetwork, tinySpec } from './blobs.ts'

const STEPS = 40
const names = Object.keys(LOSSES) as LossName[]
const data = barsData()
const unwatched: Control = { checkpointDue: () => false, tick: () => Promise.resolve() }

/** Share of other bars that the trained network names rightly. */
function right(trained: Trained): number {
  const { pictures, labels } = bars(60, 3)
  const embed = ({ pictures, labels }: ReturnType<typeof bars>) =>
    placed(
      trained,
      trained.network.forward(
        tf.tensor4d(batch(pictures, [...labels.keys()]), [labels.length, ...trained.network.input]),
        { training: false },
      ),
    )
  const references = embed({ pictures: data.labelled as typeof pictures, labels: Int32Array.of(0, 1, 2) })
  const guesses = tf.argMax(predictions(trained, embed({ pictures, labels }), references), 1).dataSync()
  return labels.filter((label, i) => label === guesses[i]).length / labels.length
}

describe('on wasm', () => {
  beforeAll(() => chooseBackend(resources, 'wasm'))

  it.each(names)('a network learns bars under the loss %s', async (loss) => {
    const network = tinyNetwork(2)
    onTestFinished(() => network.dispose())
    const end = await trainNetwork(
      { ...tinySpec(network, 2), augment: {}, loss, rate: 0.02, steps: STEPS },
      data,
      unwatched,
    )
    expect(end.outcome).toBe('done')
    expect(tf.tidy(() => right({ network, loss }))).toBeGreaterThan(0.75)
  })
})

describe.each(backends)('what a loss learns for itself, on %s,', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))
  const own = (network: Network) => [...network.variables.keys()].filter((path) => path.startsWith(OF_LOSS))

  it.each(['verification', 'softmax'] as const)(
    'is trained, averaged, saved and found again by a resumed run: %s',
    async (loss) => {
      const folder = mkdtempSync(join(tmpdir(), 'semblance-loss-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const run = async (from?: Checkpoint, control = unwatched) => {
        const network = tinyNetwork(from ? 101 : 1)
        onTestFinished(() => network.dispose())
        const spec = { ...tinySpec(network, 1), steps: 8, loss, ...(from ? { from } : { folder }) }
        const start = new Map(
          Object.entries(lossParameters(spec, 3)).map(([name, one]) => [name, one.dataSync().slice()]),
        )
        const { weights, average } = await trainNetwork(spec, data, control)
        expect(own(network)).toEqual([...start.keys()].map((name) => OF_LOSS + name))
        for (const [name, values] of start) {
          expect(weights.get(OF_LOSS + name)!.values).not.toEqual(values)
          expect(average!.get(OF_LOSS + name)!.values).not.toEqual(values)
        }
        return `${weightHash(weights)} ${weightHash(average!)}`
      }
      const whole = await run()
      const cut: Control = {
        checkpointDue: () => false,
        tick({ step }, save) {
          if (step !== 3) return Promise.resolve()
          save?.()
          return Promise.reject(new Cancelled())
        },
      }
      rmSync(folder, { recursive: true, force: true })
      await expect(run(undefined, cut)).rejects.toThrow(Cancelled)
      const { checkpoint } = newestCheckpoint(folder)!
      expect(checkpoint.step).toBe(3)
      expect(await run(checkpoint)).toBe(whole)
    },
  )

  it('is made anew for another number of classes, and is no part of what serves', async () => {
    const network = makeNetwork('neighbor-mnist', 1, [12, 12, 1])
    const folder = mkdtempSync(join(tmpdir(), 'semblance-loss-'))
    onTestFinished(() => (network.dispose(), rmSync(folder, { recursive: true, force: true })))
    const shapes = (classes: number) =>
      Object.values(lossParameters({ network, loss: 'softmax' }, classes)).map(({ shape }) => shape)
    expect(shapes(3)).toEqual([[3, 128], [1, 3]]) // prettier-ignore
    expect(shapes(5)).toEqual([[5, 128], [1, 5]]) // prettier-ignore
    expect(own(network)).toEqual(['loss/classes', 'loss/bias'])
    writeNetwork(folder, network.read(), { network: 'neighbor-mnist', input: [12, 12, 1] })
    const served = await readNetwork(folder)
    const picture = { values: new Uint8Array(144).map((_, i) => i), height: 12, width: 12, channels: 1 }
    const raw = network.forward(tf.tensor4d(batch(picture, [0]), [1, 12, 12, 1]), { training: false }) as Tensor2D
    const length = tf.norm(raw).dataSync()[0]!
    expect(served.embed(picture, [0]).values[0]).toBeCloseTo(raw.dataSync()[0]! / length, 5)
    served.close()
  })
})
