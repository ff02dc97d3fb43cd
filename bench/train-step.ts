import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { BackendName } from '../src-main/contract/types.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { neighborMnist } from '../src-main/engine/networks/neighbor-mnist.ts'
import { tf } from '../src-main/engine/tf.ts'
import { recordedBackward } from '../src-main/engine/training/gradients.ts'
import type { Stored } from '../src-main/engine/training/network.ts'
import { nesterov } from '../src-main/engine/training/optimizers.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { forward, type StepInputs } from '../src-main/engine/training/train-step.ts'
import type { BenchOptions } from './options.ts'
import { percentile, writeResults, type Figure } from './results.ts'

const resources = resolve(import.meta.dirname, '..', 'resources')
const WARM = 5
const RATE = 0.1
/** References, labelled, unlabelled. */
const SIZES = [10, 32, 32]
const COUNT = 74
const GOALS = { 'tfjs-node': { beside: 1.3 }, wasm: { ms: 1700 } } as const

interface Input {
  readonly pictures: Float32Array
  readonly labels: Float32Array
}

/** Milliseconds of a training step of 74 pictures through the paper's MNIST network, beside PyTorch eager. */
export async function trainStepBench({ steps = 30, seed = 1, backend }: BenchOptions): Promise<void> {
  const random = createRandom(seed)
  const input: Input = {
    pictures: Float32Array.from({ length: COUNT * 28 * 28 }, () => 2 * random.next() - 1),
    labels: Float32Array.from({ length: SIZES[1]! }, (_, i) => i % 10),
  }
  const figures: Figure[] = []
  const peer = await peerTimes(input, seed, steps)
  const what = 'step of 74 pictures of 28 × 28: forward, backward, Nesterov'
  if (peer) {
    const name = `PyTorch ${peer.version} eager, ${peer.threads} threads`
    figures.push(
      { name: `${name}: ${what}, median`, unit: 'ms', values: [percentile(peer.contiguous.ms, 0.5)] },
      { name: `${name}, channels last: the same`, unit: 'ms', values: [percentile(peer.channelsLast.ms, 0.5)] },
    )
  }
  for (const name of backend ? [backend] : (['tfjs-node', 'wasm'] as const)) {
    console.error(`train-step: ${name}`)
    const { ms, losses } = await ourTimes(name, input, seed, name === 'wasm' ? Math.min(steps, 10) : steps)
    const median = percentile(ms, 0.5)
    const goal = name === 'wasm' ? { what: 'goal, ms', value: GOALS.wasm.ms } : null
    figures.push({ name: `${what}, median`, unit: 'ms', values: [median], backend: name, reference: goal })
    if (!peer) continue
    const theirs = percentile(peer.contiguous.ms, 0.5)
    figures.push(
      {
        name: 'the same, times PyTorch eager',
        unit: '×',
        values: [median / theirs],
        backend: name,
        reference: name === 'tfjs-node' ? { what: 'goal', value: GOALS['tfjs-node'].beside } : null,
      },
      {
        name: 'largest difference of the first three losses to PyTorch',
        unit: '',
        values: [Math.max(...losses.slice(0, 3).map((loss, i) => Math.abs(loss - peer.contiguous.losses[i]!)))],
        backend: name,
      },
    )
  }
  figures.push({
    name: 'processes that wanted a core during the last minute, this one included',
    unit: '',
    values: [loadavg()[0]!],
  })
  writeResults('train-step', figures)
}

async function ourTimes(name: BackendName, input: Input, seed: number, steps: number) {
  await chooseBackend(resources, name)
  const network = neighborMnist(seed)
  const optimizer = nesterov(network.variables, { weightDecay: 1e-4 })
  const random = createRandom(seed)
  // As runLoop does it; where it becomes a graph, that is done in the steps that are not counted.
  const pass = recordedBackward(network.variables, (inputs) =>
    forward({ network }, SIZES[0]!, random, inputs as StepInputs),
  )
  const ms: number[] = []
  const losses: number[] = []
  for (let step = 0; step < WARM + steps; step++) {
    const began = performance.now()
    tf.tidy(() => {
      const { loss, gradients, dispose } = pass({
        x: tf.tensor4d(input.pictures.slice(), [COUNT, 28, 28, 1]),
        labels: tf.tensor1d(input.labels.slice()),
        unlabelled: tf.scalar(1),
        balance: tf.scalar(0),
      })
      optimizer.step(gradients, RATE)
      dispose()
      losses.push(loss)
    })
    // Whatever a backend puts off belongs to the step.
    await network.variables.get('block1/kernel')!.data()
    if (step >= WARM) ms.push(performance.now() - began)
  }
  pass.dispose()
  optimizer.dispose()
  network.dispose()
  return { ms, losses }
}

interface Times {
  readonly ms: number[]
  readonly losses: number[]
}
interface Peer {
  readonly version: string
  readonly threads: number
  readonly contiguous: Times
  readonly channelsLast: Times
}

/** Where `python3 -c "import torch"` works; undefined, with a word on stderr, elsewhere. */
async function peerTimes(input: Input, seed: number, steps: number): Promise<Peer | undefined> {
  if (spawnSync('python3', ['-c', 'import torch'], { stdio: 'ignore' }).status !== 0) {
    console.error('train-step: python3 has no PyTorch; its figures are left out.')
    return undefined
  }
  console.error('train-step: PyTorch')
  await chooseBackend(resources, 'wasm')
  const network = neighborMnist(seed)
  const folder = mkdtempSync(join(tmpdir(), 'semblance-step-'))
  try {
    const { pictures, labels } = input
    writeStep(folder, [
      ...network.read(),
      ['pictures', { shape: [COUNT, 28, 28, 1], values: pictures }],
      ['labels', { shape: [labels.length], values: labels }],
    ])
    const script = join(import.meta.dirname, 'peer', 'torch_train_step.py')
    const python = spawnSync('python3', [script, folder, String(steps)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (python.status !== 0) throw new Error(`The peer ended with ${python.status}.`)
    return JSON.parse(python.stdout) as Peer
  } finally {
    network.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeStep(folder: string, tensors: readonly (readonly [string, Stored])[]): void {
  let offset = 0
  const header = tensors.map(
    ([
      name,
      {
        shape,
        values: { length },
      },
    ]) => {
      offset += length
      return { name, shape, offset: offset - length, length }
    },
  )
  writeFileSync(join(folder, 'step.json'), JSON.stringify(header))
  writeFileSync(
    join(folder, 'step.bin'),
    Buffer.concat(tensors.map(([, { values }]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))),
  )
}
