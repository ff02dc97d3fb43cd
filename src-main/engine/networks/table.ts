import { AppError } from '../../contract/errors.ts'
import { createNetwork, type Network } from '../training/network.ts'
import { neighborCifar } from './neighbor-cifar.ts'
import { neighborMnist } from './neighbor-mnist.ts'
import { OMNIGLOT_SIDE, omniglotNet } from './omniglot-net.ts'

/** Height, width, channels. */
export type Input = readonly [number, number, number]

export interface TrainableNetwork {
  readonly title: string
  /** Pixels on a side that it is made for. */
  readonly side: number
  /** The least side that its pools leave something of; where it equals `side`, no other side is possible. */
  readonly least: number
  /** @param input of which any number of channels is possible */
  create(seed: number, input: Input): Network
}

/** What a run from scratch may choose by name. */
export const NETWORKS = {
  'neighbor-mnist': {
    title: 'five convolutions for digits',
    side: 28,
    least: 8,
    create: (seed, input) => neighborMnist(seed, { input }),
  },
  'neighbor-mnist-2d': {
    title: 'the same, embedding in a plane',
    side: 28,
    least: 8,
    create: (seed, input) => neighborMnist(seed, { input, dimensions: 2 }),
  },
  'neighbor-cifar': {
    title: 'eight convolutions for small photos',
    side: 32,
    least: 12,
    create: (seed, input) => neighborCifar(seed, { input }),
  },
  omniglot: {
    title: 'six convolutions for drawn characters',
    side: OMNIGLOT_SIDE,
    least: OMNIGLOT_SIDE,
    create: (seed, input) => createNetwork('omniglot', omniglotNet, input, seed),
  },
} as const satisfies Readonly<Record<string, TrainableNetwork>>

export type NetworkName = keyof typeof NETWORKS

/** @throws AppError wrong-use when there is no such network */
export function networkNamed(name: string): TrainableNetwork {
  if (Object.hasOwn(NETWORKS, name)) return NETWORKS[name as NetworkName]
  throw new AppError('wrong-use', `There is no network "${name}". Networks are ${Object.keys(NETWORKS).join(', ')}.`)
}
