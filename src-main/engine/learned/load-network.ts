import type { ModelFact } from '../../contract/types.ts'
import { mustDiffer, unusable, verified } from './load.ts'
import { readNetwork, type ServedNetwork } from './network-file.ts'

/** A network from scratch in memory: all that a profile of the user's own has. */
export interface LearnedNetwork {
  readonly fact: ModelFact
  readonly network: ServedNetwork
}

/** Pictures of waves, each of its own length, direction and brightness: a network that serves tells them apart. */
const PROBES = 16
/** Of a network for few classes strange pictures may lie close together; the very same answer is another thing. */
const ALIKE = 1 - 1e-6

/**
 * Reads `<folder>/<id>`, checks its files as `loadLearned` does, builds the network that the file names and tries it out.
 * @throws AppError model-missing
 */
export async function loadNetwork(folder: string, id: string): Promise<LearnedNetwork> {
  const { place, manifest } = await verified(folder, id)
  const { kind, profile, dimensions } = manifest
  if (kind !== 'network') throw unusable(id, `the profile ${profile} is no place for a model of the kind "${kind}"`)
  let network: ServedNetwork
  try {
    network = await readNetwork(place)
  } catch (error) {
    throw unusable(id, `its network cannot be built. ${error instanceof Error ? error.message : ''}`.trim())
  }
  try {
    if (network.dimensions !== dimensions)
      throw unusable(id, 'its embeddings have another length than its manifest states')
    tryOut(id, network)
  } catch (error) {
    network.close()
    throw error
  }
  const { name, input, parameters } = network
  const [height, width, channels] = input
  return {
    network,
    fact: {
      id,
      profile,
      network: name,
      dimensions,
      parameters,
      input: `${width} × ${height} × ${channels}`,
      takes: { width, height, channels: channels === 1 ? 1 : 3 },
      source: 'learned on this computer or imported',
      licence: '',
      sha256: id.slice(-16),
    },
  }
}

function tryOut(id: string, network: ServedNetwork): void {
  const [height, width, channels] = network.input
  const size = height * width * channels
  const values = new Uint8Array(PROBES * size)
  for (let at = 0; at < values.length; at++) {
    const probe = Math.floor(at / size)
    const pixel = Math.floor((at % size) / channels)
    const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height]
    const wave = Math.sin((1 + (probe % 5)) * 3 * (x * Math.cos(probe) + y * Math.sin(probe)) + (at % channels))
    values[at] = Math.round(Math.min(255, Math.max(0, 40 + 11 * probe + 90 * wave)))
  }
  const seen = network.embed({ values, height, width, channels }, [...Array(PROBES).keys()])
  mustDiffer(
    id,
    Array.from({ length: PROBES }, (_, probe) =>
      seen.values.subarray(probe * seen.columns, (probe + 1) * seen.columns),
    ),
    ALIKE,
  )
}
