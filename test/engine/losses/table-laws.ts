import { beforeAll, describe } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import type { LossOptions, Parameters } from '../../../src-main/engine/losses/loss.ts'
import { objective } from '../../../src-main/engine/losses/objective.ts'
import { lossNamed, type LossName } from '../../../src-main/engine/losses/table.ts'
import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { laws, type DefinitionOf, type Habits, type Tensors } from './laws.ts'

/** λ as a run would set them, all different so that no term can stand in for another. */
export const LAMBDA = { labelled: 1, unlabelled: 0.5, balance: 0.25 }

function chosen(name: LossName, options: LossOptions, { z, x, second, labels, weight, own, made }: Tensors) {
  const loss = lossNamed(name)
  const views = {
    ...(loss.views > 0 && { unlabelled: x }),
    ...(loss.views === 2 && { second, unlabelledWeight: weight }),
  }
  const step = { references: z, queries: x, labels, weight, parameters: own, ...views }
  const terms = loss.terms(step, options)
  for (const term of Object.values(terms)) made(term)
  return objective(terms, LAMBDA)
}

/** A loss's own parameters as training starts them. @param references c × D */
export function parametersOf(name: LossName, { shape: [classes, dimensions] }: Tensor2D): Parameters {
  const random = createRandom(1)
  const wanted = lossNamed(name).parameters?.({ dimensions, classes }) ?? {}
  return Object.fromEntries(
    Object.entries(wanted).map(([path, { shape, start }]) => {
      const values = Array.from({ length: shape[0] * shape[1] }, () =>
        typeof start === 'number' ? start : start(random),
      )
      return [path, tf.tensor2d(values, [...shape])]
    }),
  )
}

/** What holds for every loss, for one of the table as a run has it, on every backend. */
export function lawsOf(
  name: LossName,
  definition: DefinitionOf,
  { options = {}, ...habits }: Omit<Habits, 'parameters'> & { readonly options?: LossOptions } = {},
): void {
  describe.each(backends)('on %s the loss', (backend) => {
    beforeAll(() => chooseBackend(resources, backend))
    const { parameters } = lossNamed(name)
    laws(name, (t) => chosen(name, options, t), definition, { ...habits, ...(parameters && { parameters }) })
  })
}
