import { AppError } from '../../contract/errors.ts'
import type { LossFact } from '../../contract/learning.ts'
import { angular } from './angular.ts'
import { contrastivePairs } from './contrastive.ts'
import { cosineTriplets } from './cosine-triplet.ts'
import { expBoosted } from './exp-boosted.ts'
import { largeMarginCosine } from './large-margin-cosine.ts'
import type { Loss } from './loss.ts'
import { mirroredBoosted } from './mirrored-boosted.ts'
import { neighbor } from './neighbor.ts'
import { pow3Boosted } from './pow3-boosted.ts'
import { softmaxEntropy } from './softmax-entropy.ts'
import { smoothedSoftmax } from './softmax-smoothed.ts'
import { softmax } from './softmax.ts'
import { squaredError } from './squared-error.ts'
import { tripletNetwork } from './triplet-network.ts'
import { triplets } from './triplet.ts'
import { verification } from './verification.ts'

/** What a run may choose by name. The command line and the window list them from here. */
export const LOSSES = {
  'distance-ratio': neighbor('distance ratio and minimum entropy over d²', true, 1),
  'distance-ratio-plain': neighbor('distance ratio and minimum entropy over d', false, 1),
  'two-views': neighbor('distance ratio and agreement of two views over d²', true, 2),
  'two-views-plain': neighbor('distance ratio and agreement of two views over d', false, 2),
  'triplet-network': tripletNetwork,
  'triplet-all': triplets('all triplets', 'all'),
  'triplet-semi-hard': triplets('semi-hard triplets', 'semi-hard'),
  'triplet-batch-hard': triplets('hardest triplet of each anchor', 'batch-hard'),
  'cosine-triplet-all': cosineTriplets('all triplets by cosine', 'all'),
  'cosine-triplet-semi-hard': cosineTriplets('semi-hard triplets by cosine', 'semi-hard'),
  'cosine-triplet-batch-hard': cosineTriplets('hardest triplet of each anchor by cosine', 'batch-hard'),
  contrastive: contrastivePairs('contrastive, (α − d)²', 'distance'),
  'contrastive-square': contrastivePairs('contrastive, α − d²', 'square'),
  angular,
  verification,
  softmax,
  'softmax-smoothed': smoothedSoftmax,
  'softmax-entropy': softmaxEntropy,
  'large-margin-cosine': largeMarginCosine,
  'squared-linear': squaredError('linear'),
  'squared-sigmoid': squaredError('sigmoid'),
  'squared-tanh': squaredError('tanh'),
  'exp-boosted': expBoosted,
  'pow3-boosted': pow3Boosted,
  'mirrored-boosted': mirroredBoosted,
} as const satisfies Readonly<Record<string, Loss>>

export type LossName = keyof typeof LOSSES

/** @throws AppError wrong-use when there is no such loss */
export function lossNamed(name: string): Loss {
  if (isLoss(name)) return LOSSES[name]
  throw new AppError('wrong-use', `There is no loss "${name}". Losses are ${Object.keys(LOSSES).join(', ')}.`)
}

/** What there is to choose from, in words. */
export const lossFacts = (): LossFact[] =>
  Object.entries(LOSSES).map(([name, { title, words }]) => ({ name, title, words }))

const isLoss = (name: string): name is LossName => Object.hasOwn(LOSSES, name)
