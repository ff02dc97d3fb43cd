import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { describeFolder } from '../../../src-main/app/models/model-folder.ts'
import { NO_BASE } from '../../../src-main/contract/model-file.ts'
import type { OwnProfile } from '../../../src-main/contract/types.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { row } from '../../../src-main/engine/heads/matrix.ts'
import { loadNetwork } from '../../../src-main/engine/learned/load-network.ts'
import { openNetworks } from '../../../src-main/engine/learned/models.ts'
import { outputs, placed, planeOf, readNetwork, writeNetwork } from '../../../src-main/engine/learned/network-file.ts'
import { lookWith } from '../../../src-main/engine/learned/network-look.ts'
import { makeNetwork, type Input } from '../../../src-main/engine/networks/table.ts'
import { picturePixels } from '../../../src-main/engine/picture-features.ts'
import { decodePicture } from '../../../src-main/engine/picture/decode.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import type { Network, Stored } from '../../../src-main/engine/training/network.ts'
import { thresholds } from '../../app/models/fixture.ts'
import { backends, distance, pictures as fixtures, resources } from '../fixture.ts'
import { draws } from '../training/fixture.ts'

const PROFILE: OwnProfile = 'own-00000001'
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-networks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Given {
  readonly network?: string
  readonly input?: Input
  readonly seed?: number
  readonly change?: (tensors: Map<string, Stored>) => void
  readonly stated?: string
  readonly dimensions?: number
}

/** A folder of models with a network in it that is as it was drawn. */
async function modelOf({ network = 'neighbor-mnist', input = [12, 12, 1], seed = 1, ...given }: Given = {}) {
  const models = temporary()
  const making = join(models, 'making')
  const made = makeNetwork(network, seed, input)
  onTestFinished(() => made.dispose())
  const tensors = made.read()
  given.change?.(tensors)
  const plane = made.dimensions === 2 ? planeOf(outputs(made, some(8), [...Array(8).keys()])) : undefined
  writeNetwork(making, tensors, { network: given.stated ?? network, input, plane })
  const { id } = await describeFolder(making, {
    ...{ profile: PROFILE, kind: 'network', base: NO_BASE },
    ...{ dimensions: given.dimensions ?? (plane ? 3 : made.dimensions), calibration: thresholds() },
  })
  const place = join(models, id)
  renameSync(making, place)
  return { models, id, place, made }
}

/** Grey pictures of 12 × 12. */
const some = (count: number) => ({
  values: Uint8Array.from(draws(count * 144, 5), (value) => Math.min(255, Math.max(0, 128 + 60 * value))),
  ...{ height: 12, width: 12, channels: 1 },
})
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: Error) => error.message,
  )

describe.each(backends)('a network from scratch as a model, on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(resources, backend)))

  it('embeds as the network that was trained, at unit length, and twice the same', async () => {
    const { models, id, made } = await modelOf()
    const { fact, network } = await loadNetwork(models, id)
    expect(fact).toMatchObject({ id, profile: PROFILE, dimensions: 128, takes: { width: 12, height: 12, channels: 1 } })
    const embedded = network.embed(some(3), [2, 0])
    expect(embedded).toEqual(placed(outputs(made, some(3), [2, 0]), undefined))
    expect(Math.hypot(...row(embedded, 0))).toBeCloseTo(1, 5)
    expect(network.embed(some(3), [2, 0])).toEqual(embedded)
    expect(distance(row(network.embed(some(3), [2]), 0), row(embedded, 0))).toBeLessThan(1e-5)
  })

  it('sees a picture as training saw it, the whole or a box of it', async () => {
    const { models, id } = await modelOf({ input: [20, 20, 3] })
    const { network } = await loadNetwork(models, id)
    const source = { path: join(fixtures, 'orientation-6.jpg') }
    const picture = await decodePicture(source, true)
    for (const box of [undefined, { x: 5, y: 8, width: 30, height: 22 }]) {
      const [found] = await lookWith(network, picture, { ...(box && { box, drawn: true }), keep: 'crop' })
      const values = await picturePixels({ source, box, width: 20, height: 20, channels: 3 })
      expect(found!.embedding).toEqual(network.embed({ values, width: 20, height: 20, channels: 3 }, [0]).values)
      expect(found).toMatchObject({ drawn: box !== undefined, box: box ?? { x: 0, y: 0 }, quality: { passes: true } })
      expect(found!.crop!.length).toBeGreaterThan(100)
    }
  })
})

describe('a network in a plane', () => {
  it('is laid on the sphere so that near points stay near and far ones far', async () => {
    const { models, id, made } = await modelOf({ network: 'neighbor-mnist-2d' })
    const { network, fact } = await loadNetwork(models, id)
    expect([fact.dimensions, network.dimensions]).toEqual([3, 3])
    const all = network.embed(some(4), [0, 1, 2, 3])
    for (let i = 0; i < 4; i++) expect(Math.hypot(...row(all, i))).toBeCloseTo(1, 5)
    const plane = planeOf(outputs(made, some(4), [0, 1, 2, 3]))!
    const points = { rows: 3, columns: 2, values: Float32Array.of(0, 0, 0.01, 0, 3, 0) }
    const there = placed(points, { ...plane, x: 0, y: 0, radius: 1 })
    expect(distance(row(there, 0), row(there, 1))).toBeCloseTo(0.02, 4)
    // ‖a − b‖ = 2d/√(1 + d²) from the middle.
    expect(distance(row(there, 0), row(there, 2))).toBeCloseTo(6 / Math.sqrt(10), 5)
  })
})

describe('a file that is no network of this program', () => {
  const dead = (value: number) => (tensors: Map<string, Stored>) => tensors.forEach(({ values }) => values.fill(value))
  it.each<[string, Given, string]>([
    ['weights that are no numbers', { change: dead(NaN) }, 'is no number somewhere'],
    ['infinite weights', { change: dead(Infinity) }, 'is no number somewhere'],
    ['weights of zero', { change: dead(0) }, 'gives no embedding|is no embedding|same embedding'],
    ['a tensor missing', { change: (tensors) => void tensors.delete('block1/kernel') }, 'not among the stored'],
    [
      'a tensor too many',
      { change: (tensors) => void tensors.set('more', { shape: [1], values: new Float32Array(1) }) },
      'none of',
    ],
    ['the weights of another network', { stated: 'neighbor-cifar' }, 'not among the stored'],
    ['the name of none', { stated: 'resnet' }, 'There is no network'],
    ['another length than its manifest states', { dimensions: 64 }, 'another length'],
  ])('is refused with %s', async (_what, given, why) => {
    const before = tf.memory().numTensors
    const { models, id, made } = await modelOf(given)
    const own = made.variables.size + made.averages.size
    expect(await failure(loadNetwork(models, id))).toMatch(new RegExp(why))
    expect(tf.memory().numTensors).toBe(before + own)
  })

  it('is refused when a byte of it has changed, or its profile is another one', async () => {
    const { models, id, place } = await modelOf()
    const file = join(place, 'network.bin')
    const bytes = readFileSync(file)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(file, bytes)
    expect(await failure(loadNetwork(models, id))).toContain('has been changed')
    await expect(readNetwork(place)).rejects.toThrow('differs from its checksum')
    expect(await failure(loadNetwork(models, '../own-00000001-network-0'))).toContain('its id is none')
  })
})

it('five networks take turns in memory, and none of their tensors is left behind', async () => {
  const before = tf.memory().numTensors
  const models = temporary()
  const ids: string[] = []
  const made: Network[] = []
  for (let seed = 1; seed <= 5; seed++) {
    const one = await modelOf({ seed })
    renameSync(one.place, join(models, one.id))
    ids.push(one.id)
    made.push(one.made)
  }
  const networks = openNetworks(models)
  const [first] = [await networks(ids[0]!)]
  const answer = first.network.embed(some(1), [0])
  for (const id of ids) await networks(id)
  await Promise.resolve()
  const one = made[0]!.variables.size + made[0]!.averages.size
  // Those of the five that were drawn here, and of the four that stay.
  expect(tf.memory().numTensors - before).toBe(9 * one)
  // Whoever still holds the one that left can go on with it.
  expect(first.network.embed(some(1), [0])).toEqual(answer)
  first.network.close()
})
