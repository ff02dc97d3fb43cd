import { AppError } from '../../contract/errors.ts'
import { METHODS, type Cell, type ComparisonPlan } from '../../contract/lab.ts'
import { NETWORKS } from '../../contract/networks.ts'
import type { LookedAt } from './lab-data.ts'
import { mustSuffice } from './split.ts'

/** What the pictures of a comparison are brought to. */
export interface PictureShape {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** More runs than this are a mistake in the choice, not a comparison. */
const MOST = 2000

/**
 * @param losses names of those that there are
 * @throws AppError wrong-use for a choice that there is none of, or that makes no sense; not-trainable where pictures are too few
 */
export function mustBePossible(
  plan: ComparisonPlan,
  data: LookedAt,
  picture: PictureShape,
  losses: readonly string[],
): void {
  const refuse = (message: string) => new AppError('wrong-use', message)
  const among = (kind: string, asked: readonly string[], there: readonly string[]) => {
    const unknown = asked.find((name) => !there.includes(name))
    const many = kind === 'loss' ? 'Losses' : `${kind[0]!.toUpperCase()}${kind.slice(1)}s`
    if (unknown !== undefined) throw refuse(`There is no ${kind} "${unknown}". ${many} are ${there.join(', ')}.`)
    const twice = asked.find((name, at) => asked.indexOf(name) !== at)
    if (twice !== undefined) throw refuse(`The ${kind} "${twice}" is named twice.`)
  }
  among('loss', plan.losses, losses)
  among(
    'network',
    plan.networks,
    NETWORKS.map(({ name }) => name),
  )
  among(
    'method',
    plan.methods,
    METHODS.map(({ name }) => name),
  )
  const side = Math.min(picture.width, picture.height)
  for (const { name, least } of NETWORKS)
    if (plan.networks.includes(name) && least > side)
      throw refuse(
        `The network "${name}" takes pictures from ${least} × ${least} on; these are ${picture.width} × ${picture.height}.`,
      )
  const needy = METHODS.find(({ name }) => name !== 'direct' && plan.methods.includes(name))
  if (needy && plan.labelled === null)
    throw refuse(
      `${needy.title} learns from unlabelled pictures, and all of these are labelled. Say how many of each class stay labelled.`,
    )
  const count = countOf(plan)
  if (count > MOST) throw refuse(`This choice makes ${count} runs; a comparison has at most ${MOST}.`)
  mustSuffice(data.classes, data.test > 0, plan)
}

const countOf = ({ losses, networks, methods, dimensions, seeds }: ComparisonPlan) =>
  losses.length * networks.length * methods.length * dimensions.length * seeds

/** Its runs in their order: all of the first seed, then all of the next, so that a whole table is there early. */
export function cellsOf({ losses, networks, methods, dimensions, seeds }: ComparisonPlan): Cell[] {
  const cells: Cell[] = []
  for (let seed = 0; seed < seeds; seed++)
    for (const loss of losses)
      for (const network of networks)
        for (const method of methods)
          for (const size of dimensions)
            cells.push({
              ...{ index: cells.length, loss, network, method, dimensions: size, seed },
              ...{ state: 'waiting', step: 0, curve: [] },
            })
  return cells
}
