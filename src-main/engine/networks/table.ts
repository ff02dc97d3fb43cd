import { AppError } from '../../contract/errors.ts'
import { NETWORKS, type NetworkFact, type NetworkName } from '../../contract/networks.ts'
import { createNetwork, type Figure, type Network } from '../training/network.ts'
import { alexNet } from './alex-net.ts'
import { allConvolutional } from './all-convolutional.ts'
import { bigTransfer } from './big-transfer.ts'
import { deepFace } from './deep-face.ts'
import { denseNet } from './dense-net.ts'
import { efficientNet } from './efficient-net.ts'
import { faceNet } from './face-net.ts'
import { fractal } from './fractal.ts'
import { highway } from './highway.ts'
import { inception } from './inception.ts'
import { kochSiamese } from './koch-siamese.ts'
import { neighborCifar } from './neighbor-cifar.ts'
import { neighborMnist } from './neighbor-mnist.ts'
import { omniglotNet } from './omniglot-net.ts'
import { randomlyWired } from './randomly-wired.ts'
import { residual } from './residual.ts'
import { resnetInResnet } from './resnet-in-resnet.ts'
import { vgg } from './vgg.ts'
import { withDimensions } from './with-dimensions.ts'

/** Height, width, channels. */
export type Input = readonly [number, number, number]

/** @param input of which any number of channels is possible */
type Create = (seed: number, input: Input) => Network

export interface TrainableNetwork extends NetworkFact {
  readonly create: Create
}

/** Networks whose pictures may have any size from the least one on. */
const figures = <N extends NetworkName>(of: Readonly<Record<N, Figure>>) =>
  Object.fromEntries(
    Object.entries<Figure>(of).map(([name, figure]): [string, Create] => [
      name,
      (seed, input) => createNetwork(name, figure, input, seed),
    ]),
  ) as Record<N, Create>

const CREATE: Readonly<Record<NetworkName, Create>> = {
  'neighbor-mnist': (seed, input) => neighborMnist(seed, { input }),
  'neighbor-mnist-2d': (seed, input) => neighborMnist(seed, { input, dimensions: 2 }),
  'neighbor-cifar': (seed, input) => neighborCifar(seed, { input }),
  ...figures({
    omniglot: omniglotNet,
    alexnet: alexNet(),
    vgg: vgg(),
    'all-convolutional': allConvolutional(),
    inception: inception(),
    'inception-3x3': inception({ windows: '3x3' }),
    'inception-1x3': inception({ windows: '1x3' }),
    'koch-siamese': kochSiamese(),
    'deep-face': deepFace(),
    'face-net': faceNet(),
    residual: residual(),
    'residual-projection': residual({ change: 'projection' }),
    'residual-bottleneck': residual({ bottleneck: true, widths: [64, 128, 256] }),
    'residual-pre-activation': residual({ order: 'full-pre-activation' }),
    'residual-stochastic-depth': residual({ skipped: 0.5 }),
    bit: bigTransfer(),
    plain: residual({ shortcut: 'none' }),
    'residual-constant-scaling': residual({ shortcut: 'constant-scaling' }),
    'residual-exclusive-gating': residual({ shortcut: 'exclusive-gating' }),
    'residual-shortcut-gating': residual({ shortcut: 'shortcut-gating' }),
    'residual-convolution': residual({ shortcut: 'convolution' }),
    'residual-dropout': residual({ shortcut: 'dropout' }),
    'residual-norm-after-addition': residual({ order: 'norm-after-addition' }),
    'residual-relu-before-addition': residual({ order: 'relu-before-addition' }),
    'residual-relu-only': residual({ order: 'relu-only-pre-activation' }),
    highway: highway(),
    'resnet-in-resnet': resnetInResnet(),
    fractal: fractal(),
    'fractal-drop-path': fractal({ dropPath: { local: 0.15, global: 0.5 } }),
    densenet: denseNet(),
    'randomly-wired': randomlyWired(),
    efficientnet: efficientNet(),
    'efficientnet-1': efficientNet({ phi: 1 }),
  }),
}

/** @throws AppError wrong-use when there is no such network */
export function networkNamed(name: string): TrainableNetwork {
  const fact = NETWORKS.find((one) => one.name === name)
  if (fact) return { ...fact, create: CREATE[fact.name] }
  const names = NETWORKS.map((one) => one.name).join(', ')
  throw new AppError('wrong-use', `There is no network "${name}". Networks are ${names}.`)
}

/**
 * @param dimensions of the embedding: a dense layer without activation stands behind the network's own output then
 * @throws AppError wrong-use for a network that there is none of, or that takes no pictures of this size
 */
export function makeNetwork(name: string, seed: number, input: Input, dimensions?: number): Network {
  const { create, least, side } = networkNamed(name)
  const fixed = least === side
  if (input[0] < least || input[1] < least || (fixed && (input[0] !== side || input[1] !== side)))
    throw new AppError(
      'wrong-use',
      `The network ${name} takes pictures of ${fixed ? '' : 'at least '}${least} pixels a side; these have ${input[0]}.`,
    )
  const network = create(seed, input)
  return dimensions === undefined ? network : withDimensions(network, dimensions)
}
