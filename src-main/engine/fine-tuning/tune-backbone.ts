import type { RunConfig } from '../../contract/learning.ts'
import { AppError } from '../../contract/errors.ts'
import type { Backbone } from '../backbone.ts'
import { onPhotos, type HeadData } from '../heads/data.ts'
import { beginning } from '../heads/fit.ts'
import { divided, learnedViews } from '../heads/gate.ts'
import { pick } from '../heads/matrix.ts'
import { requireTrainable } from '../heads/train-head.ts'
import { tf } from '../tf.ts'
import type { Control } from '../training/control.ts'
import { withWeights } from '../backbone.ts'
import { cutBackbone, parametersOf } from './cut.ts'
import { featuresOf, type FeatureRows } from './features.ts'
import { batchFor, FINE_TUNE, fineTune, type FineTuned, type FineTuning } from './fine-tune.ts'
import { createLooks, type Crops } from './looks.ts'
import type { Tuned } from './tuned-file.ts'

export interface TunedBackbone extends FineTuned {
  /** The data with features as the changed backbone makes them. */
  readonly data: HeadData
}

/**
 * Fine-tunes a backbone on what a gate of the same seed leaves to be learned from: 70 % of the folder, the first half of the
 * views of references, no reference that is lent to the test. The gate can then judge these very weights.
 * @param shipped features of the backbone as it is shipped; rows are the pictures of `crops`
 * @throws Cancelled; AppError not-trainable, wrong-use, training-stopped
 */
export async function tuneBackbone(
  shipped: HeadData,
  backbone: Backbone,
  crops: Crops,
  config: RunConfig,
  control: Control,
  keeping: Pick<FineTuning, 'folder' | 'from' | 'onNotice'> & { readonly onDone?: () => void } = {},
): Promise<TunedBackbone> {
  requireTrainable(shipped)
  const views = shipped.photoViews.rows / shipped.photos.rows
  const { learned, references } = divided(shipped, config.seed)
  if (!learned.some((photo) => shipped.weights[photo]! > 0))
    throw new AppError('not-trainable', 'No photo of the folder looks like one of the identities.')
  const { data, start, overlap } = beginning(onReferences(onPhotos(shipped, learned), references))
  const cut = cutBackbone(backbone, config.blocks ?? FINE_TUNE.blocks)
  try {
    const looks = createLooks(backbone, cut, crops, views)
    if (looks.photos !== shipped.photos.rows || looks.references !== shipped.references.rows)
      throw new Error(`${looks.photos} + ${looks.references} crops are not those of the features`)
    const { seed, steps, rate, batch, entropy, balance } = config
    const tuned = await fineTune(
      {
        cut,
        looks,
        learned: { photos: learned, overlap, weights: data.weights, references, labels: data.labels },
        classes: shipped.identities.length,
        how: data.how,
        start,
        config: {
          seed,
          steps: steps ?? FINE_TUNE.steps,
          rate: rate ?? FINE_TUNE.rate,
          batch: batch ?? batchFor(cut.blocks),
          entropy: entropy ?? FINE_TUNE.entropy,
          balance: balance ?? FINE_TUNE.balance,
        },
        ...keeping,
      },
      control,
    )
    keeping.onDone?.()
    const tensors = new Map(
      [...tuned.weights].map(([path, { shape, values }]) => [path, tf.tensor(values, [...shape])]),
    )
    try {
      return { ...tuned, data: { ...shipped, ...featuresOf(cut, looks, parametersOf(tensors)) } }
    } finally {
      tf.dispose([...tensors.values()])
    }
  } finally {
    cut.dispose()
  }
}

/** Some of the references, and of each the views that a gate lets be learned from. */
function onReferences(data: HeadData, which: readonly number[]): HeadData {
  const each = data.referenceViews.rows / data.references.rows
  return {
    ...data,
    references: pick(data.references, which),
    labels: Int32Array.from(which, (r) => data.labels[r]!),
    referenceViews: pick(
      data.referenceViews,
      which.flatMap((r) => Array.from({ length: learnedViews(each) }, (_, view) => r * each + view)),
    ),
  }
}

/** Raw features of crops and of views of them under a fine-tuned model. @throws AppError model-missing for one of other weights */
export function featuresUnder(
  backbone: Backbone,
  { parent, weights }: Tuned,
  crops: Crops,
  views: number,
): FeatureRows {
  if (parent !== backbone.sha256)
    throw new AppError('model-missing', 'The live model was fine-tuned from other weights than the shipped ones.')
  const cut = cutBackbone({ ...backbone, weights: withWeights(backbone, weights) }, 1)
  try {
    return featuresOf(cut, createLooks(backbone, cut, crops, views, 0), parametersOf(cut.start))
  } finally {
    cut.dispose()
  }
}
