import { AppError } from '../../contract/errors.ts'
import { NETWORKS, type NetworkFact, type NetworkName } from '../../contract/networks.ts'
import { createNetwork, type Network } from '../training/network.ts'
import { neighborCifar } from './neighbor-cifar.ts'
import { neighborMnist } from './neighbor-mnist.ts'
import { omniglotNet } from './omniglot-net.ts'

/** Height, width, channels. */
export type Input = readonly [number, number, number]

/** @param input of which any number of channels is possible */
type Create = (seed: number, input: Input) => Network

export interface TrainableNetwork extends NetworkFact {
  readonly create: Create
}

const CREATE: Readonly<Record<NetworkName, Create>> = {
  'neighbor-mnist': (seed, input) => neighborMnist(seed, { input }),
  'neighbor-mnist-2d': (seed, input) => neighborMnist(seed, { input, dimensions: 2 }),
  'neighbor-cifar': (seed, input) => neighborCifar(seed, { input }),
  omniglot: (seed, input) => createNetwork('omniglot', omniglotNet, input, seed),
}

/** @throws AppError wrong-use when there is no such network */
export function networkNamed(name: string): TrainableNetwork {
  const fact = NETWORKS.find((one) => one.name === name)
  if (fact) return { ...fact, create: CREATE[fact.name] }
  const names = NETWORKS.map((one) => one.name).join(', ')
  throw new AppError('wrong-use', `There is no network "${name}". Networks are ${names}.`)
}

/** @throws AppError wrong-use for a network that there is none of, or that takes no pictures of this size */
export function makeNetwork(name: string, seed: number, input: Input): Network {
  const { create, least, side } = networkNamed(name)
  const fixed = least === side
  if (input[0] < least || input[1] < least || (fixed && (input[0] !== side || input[1] !== side)))
    throw new AppError(
      'wrong-use',
      `The network ${name} takes pictures of ${fixed ? '' : 'at least '}${least} pixels a side; these have ${input[0]}.`,
    )
  return create(seed, input)
}
