import type { TrainWork } from '../../contract/trainer-api.ts'
import type { Forecast } from '../../contract/types.ts'
import { fitHead, isHeadRecipe, unwatched } from '../heads/fit.ts'
import { gate, type Gate } from '../heads/gate.ts'
import { championOf, headData } from './head-run.ts'
import type { Tables } from './tables.ts'

const DRAWS = 4
/** Student's t for three degrees of freedom, two-sided 95 %. */
const T = 3.182

/**
 * Short probe runs over the photos that were sent, each on another 70 % of them and measured on the rest. A head that is
 * trained by gradients is stood for by its start in closed form: minutes are not spent on a forecast.
 */
export async function forecastHead(tables: Tables, work: TrainWork, resources: string): Promise<Forecast> {
  const data = headData(tables, work)
  const { recipe } = work.config
  const probed = isHeadRecipe(recipe) && recipe !== 'hidden-layer' && recipe !== 'distance-ratio' ? recipe : 'whiten'
  const champion = await championOf(tables, work, resources)
  const gates: Gate[] = []
  for (let draw = 0; draw < DRAWS; draw++)
    gates.push(
      await gate(data, champion, (some) => fitHead(some, { recipe: probed, seed: draw + 1 }, unwatched), draw + 1),
    )
  const changes = gates.map(({ agreement }) => 100 * (agreement.after - agreement.before))
  const change = changes.reduce((sum, value) => sum + value, 0) / DRAWS
  const spread = Math.sqrt(changes.reduce((sum, value) => sum + (value - change) ** 2, 0) / (DRAWS - 1))
  const half = (T * spread) / Math.sqrt(DRAWS)
  const passed = gates.filter(({ passes }) => passes).length
  const [low, high] = [change - half, change + half]
  return {
    verdict: passed === DRAWS && low > 0 ? 'gain' : high < 0 ? 'harm' : 'undecided',
    change,
    low,
    high,
    draws: DRAWS,
    basis:
      `${DRAWS} probe runs ("${probed}") over ${data.photos.rows} photos, each on 70 % of them and measured on the rest: the share of ` +
      `neighbours that get the same answer, corrected for chance. ${passed} of ${DRAWS} pass the gate, which also looks at how many ` +
      'identities stay in use and whether views of the references are still recognised. Without labels this tells gain from harm, not how much.',
  }
}
