import type { Forecast, RunConfig } from '../../contract/learning.ts'
import type { Control } from '../training/control.ts'
import { createRandom } from '../training/random.ts'
import { onPhotos, type HeadData } from './data.ts'
import { fitHead, unwatched } from './fit.ts'
import { gate, type Champion } from './gate.ts'
import { pick } from './matrix.ts'
import { requireTrainable } from './train-head.ts'

const DRAWS = 5
/** Photos of a probe run: enough to tell gain from harm in seconds. */
const MOST_PHOTOS = 1000
/** Steps of a trained recipe's probe. */
const STEPS = 100
/** 97.5 % point of Student's t distribution for 4 degrees of freedom. */
const STUDENT = 2.776

/**
 * What a run would bring: the gate over short probe runs, each fitted and measured on other photos, and the interval of their
 * mean. Draws share photos, so the interval is a little too narrow; a verdict needs every one of its ends on one side.
 * @throws AppError 'not-trainable'; Cancelled
 */
export async function forecastHead(
  data: HeadData,
  config: RunConfig,
  champion: Champion,
  control: Control,
): Promise<Forecast> {
  requireTrainable(data)
  const steps = Math.min(config.steps ?? STEPS, STEPS)
  const changes: number[] = []
  let lost = 0
  for (let draw = 0; draw < DRAWS; draw++) {
    const which = createRandom(config.seed + draw)
      .permutation(data.photos.rows)
      .slice(0, MOST_PHOTOS)
    const part = onPhotos(data, which)
    const live = { ...champion, photos: pick(champion.photos, which) }
    const found = await gate(part, live, (some) => fitHead(some, { ...config, steps }, unwatched), config.seed + draw)
    const { agreement, occupancy, views } = found
    changes.push(100 * (agreement.after * occupancy.after - agreement.before * occupancy.before))
    lost += views.before - views.after > 0.05 ? 1 : 0
    await control.tick({ step: draw + 1, steps: DRAWS, pictures: part.photos.rows })
  }
  const { mean, low, high } = interval(changes)
  const verdict = lost > DRAWS / 2 || high < 0 ? 'harm' : low > 0 && lost === 0 ? 'gain' : 'undecided'
  const most = Math.min(MOST_PHOTOS, data.photos.rows)
  const basis = `${DRAWS} probe runs on ${most} photos, each measured on the 30 % that it did not learn from: agreement of neighbours × classes in use, without labels. It tells gain from harm, not how much.`
  return { verdict, change: mean, low, high, draws: DRAWS, basis }
}

/** Mean of five values and its 95 % interval by Student's t. */
function interval(values: readonly number[]): { mean: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const half = STUDENT * Math.sqrt(variance / values.length)
  return { mean, low: mean - half, high: mean + half }
}
