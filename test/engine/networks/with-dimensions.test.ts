import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { outputs, placed, readNetwork, writeNetwork } from '../../../src-main/engine/learned/network-file.ts'
import { makeNetwork } from '../../../src-main/engine/networks/table.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { costOf } from '../../../src-main/engine/training/cost.ts'
import { backends, resources } from '../fixture.ts'
import { draws } from '../training/fixture.ts'

const INPUT = [12, 12, 1] as const
const pictures = {
  values: Uint8Array.from(draws(3 * 144, 5), (value) => Math.min(255, Math.max(0, 128 + 60 * value))),
  ...{ height: 12, width: 12, channels: 1 },
}
const made = (seed: number, dimensions?: number) => {
  const network = makeNetwork('neighbor-mnist', seed, INPUT, dimensions)
  onTestFinished(() => network.dispose())
  return network
}

describe.each(backends)('a network whose embedding has a size of its own, on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(resources, backend)))

  it('is the network, then one dense layer without activation', async () => {
    const [plain, sized] = [made(3), made(3, 200)]
    expect(sized.dimensions).toBe(200)
    const [own, all] = [await costOf(plain), await costOf(sized)]
    expect(all).toEqual({ parameters: own.parameters + 128 * 200 + 200, macs: own.macs + 128 * 200 })
    const behind = tf.tidy(() => {
      const x = tf.randomNormal([2, ...INPUT], 0, 1, 'float32', 4) as Tensor4D
      const [before, after] = [plain.forward(x, { training: false }), sized.forward(x, { training: false })]
      const [kernel, bias] = [sized.variables.get('embedding/kernel')!, sized.variables.get('embedding/bias')!]
      return tf.max(tf.abs(tf.sub(after, tf.add(tf.matMul(before, kernel), bias)))).dataSync()[0]!
    })
    expect(behind).toBeLessThan(1e-4)
    // Every weight of the network is what it is without the layer.
    for (const [path, { values }] of plain.read()) expect(sized.read().get(path)!.values, path).toEqual(values)
  })

  it('has gradients in the layer, and another one of other weights', () => {
    const sized = made(3, 16)
    const other = sized.another(4)
    onTestFinished(() => other.dispose())
    expect(other.dimensions).toBe(16)
    expect([...other.read().keys()]).toEqual([...sized.read().keys()])
    expect(other.read().get('embedding/kernel')!.values).not.toEqual(sized.read().get('embedding/kernel')!.values)
    const norms = tf.tidy(() => {
      const x = tf.randomNormal([2, ...INPUT], 0, 1, 'float32', 4) as Tensor4D
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(sized.forward(x, { training: true }))))
      return ['embedding/kernel', 'embedding/bias'].map(
        (path) => tf.norm(grads[sized.variables.get(path)!.name]!).dataSync()[0]!,
      )
    })
    for (const norm of norms) expect(norm).toBeGreaterThan(1e-6)
  })

  it('is read from its file with the same bits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'semblance-sized-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const sized = made(3, 64)
    writeNetwork(folder, sized.read(), { network: 'neighbor-mnist', input: INPUT, dimensions: 64 })
    const served = await readNetwork(folder)
    onTestFinished(() => served.close())
    expect(served.dimensions).toBe(64)
    expect(served.embed(pictures, [0, 2])).toEqual(placed(outputs(sized, pictures, [0, 2]), undefined))
    // A file that says nothing of it is of the network as it is.
    writeNetwork(join(folder, 'plain'), sized.read(), { network: 'neighbor-mnist', input: INPUT })
    await expect(readNetwork(join(folder, 'plain'))).rejects.toThrow('tensors')
  })
})
