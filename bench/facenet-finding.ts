import { mean, standardDeviation } from '../src-main/app/evaluation/spread.ts'
import type { Figure } from './results.ts'

/** What is of more than two standard errors is taken for a difference. */
const SURE = 2

/** Points that FaceNet loses from 65,536 pixels to 1,600. */
const HARD = 48.6

/** Whether the text's three tables say here what they say there; the figures decide the words. */
export function facenetFinding(figures: readonly Figure[]): string[] {
  const of = (part: string) => figures.find(({ name }) => name.includes(part))!
  const told = (part: string) => `${mean(of(part).values).toFixed(2)} ± ${error(of(part).values).toFixed(2)} %`
  /** Of the same folds, so that what makes a fold hard is in neither. */
  const change = (from: string, to: string) => of(to).values.map((value, fold) => value - of(from).values[fold]!)
  const isLower = (values: readonly number[]) => mean(values) < -SURE * error(values)
  const points = (values: readonly number[]) => `${mean(values).toFixed(2)} ± ${error(values).toFixed(2)} points`

  const size = (count: number) => `before the last layer reduced to ${count} by PCA`
  const smaller = change(size(128), size(64))
  const larger = [256, 512].map((count) => change(size(128), size(count)))
  const enough = larger.every((one) => mean(one) <= SURE * error(one))
  const jpeg = (quality: number) => change('crop as it is', `JPEG quality ${quality} of the crop`)
  const pixels = (count: string) => change('crop as it is', `crop of ${count} pixels`)
  return [
    `Embedding size (the text: 128 numbers are enough, 256 and 512 are no better): ${enough ? 'holds' : 'does not hold'}, for a reason of its own. ` +
      `${told(size(128))} with 128 of the 512 features before the last layer, ${told(size(256))} with 256, ${told(size(512))} with 512; ` +
      `64 of them change it by ${points(smaller)}, which is ${isLower(smaller) ? 'a loss' : 'no loss that five folds can tell'}. ` +
      `64 directions hold ${mean(of('held by 64 directions').values).toFixed(2)} % of the features' variance and 32 hold ${mean(of('held by 32 directions').values).toFixed(2)} %, with ${told(size(32))}: this network has no more to say than that, and the larger sizes differ in nothing. ` +
      'The text trains a network for each size; here one trained network is reduced by PCA, learned on the four other folds, so that this says how many directions its features use, not what training at that size would give (the text finds 512 a little worse for want of training).',
    `JPEG quality (the text: down to 20 little is lost, at 10 much): ${isLower(jpeg(10)) && mean(jpeg(10)) < 2 * mean(jpeg(20)) ? 'holds' : 'does not hold'}. ` +
      `Beside the crop as it is, quality 90 changes VAL by ${points(jpeg(90))}, 50 by ${points(jpeg(50))}, 20 by ${points(jpeg(20))}, 10 by ${points(jpeg(10))}. The crop of 112 × 112 pixels that the network takes was coded, harder than coding the photo.`,
    `Image size (the text: 120 × 120 pixels lose little, 80 × 80 some, 40 × 40 most): ${isLower(pixels('1,600')) && mean(pixels('1,600')) < 2 * mean(pixels('6,400')) ? `holds in order${mean(pixels('1,600')) > -HARD / 2 ? ', not in height' : ''}` : 'does not hold'}. ` +
      `Beside the crop as it is, 14,400 pixels change VAL by ${points(pixels('14,400'))}, 6,400 by ${points(pixels('6,400'))}, 1,600 by ${points(pixels('1,600'))} (the text: 48.6 points less than at 65,536). ` +
      'Faces are found and aligned in the whole photo, then the crop is reduced. Our network takes 112 × 112 pixels, NN1 220 × 220, and lfw-dev shows faces at about 112: larger crops add nothing that is in the photo.',
    'VAL: each fold at the largest distance at which one in a thousand pairs of different people of the other four folds would pass; ± is the standard error over the five folds, in the table the standard deviation. All pairs of pictures inside a fold count: some 290,000 a fold for embedding sizes, 68,000 for qualities and sizes, which take at most three pictures of a person and only people with two. ' +
      "FaceNet's own figures are of its private hold-out set, whose faces are harder than those of Labeled Faces in the Wild: the shapes compare, the heights do not.",
  ]
}

const error = (values: readonly number[]) => standardDeviation(values) / Math.sqrt(values.length)
