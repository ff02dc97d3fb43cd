import { join } from 'node:path'
import { newestCheckpoint } from '../training/checkpoint.ts'
import { runLoop } from '../training/loop.ts'
import { weightsIn } from '../training/loop-state.ts'
import { createOptimizer } from '../training/optimizers.ts'
import { lossParameters } from '../training/predictions.ts'
import { createRandom } from '../training/random.ts'
import { notCompiled } from '../training/recorded.ts'
import { trainNetwork } from '../training/train-network.ts'
import { partOf, seedOf, taughtWith, type Method } from './method.ts'
import { metaRecipe, studentIn } from './meta-recipe.ts'

/** Share of the steps at the end in which the student learns from the labelled pictures alone, and the rate of it. */
const LAST = { share: 0.1, rate: 0.1 } as const

/**
 * A teacher that learns to teach. In every step it draws a class ŷ of each unlabelled picture from its own probabilities, the
 * student learns them, and what that did to the student's loss L on labelled pictures comes back to the teacher:
 *
 *   θ_S′ = θ_S − η·∇_{θ_S} CE(ŷ, S(x_u)),   h = L(θ_S) − L(θ_S′)
 *   g_T  = h·∇_{θ_T} CE(ŷ, T(x_u)) + ∇_{θ_T} L(θ_T; x_l, y_l)
 *
 * Pham, Dai, Xie & Le, "Meta pseudo labels", 2021, algorithm 1 and appendix A. Derivation: what the teacher shall lower is
 * E_{ŷ∼T}[L(θ_S′(ŷ))], whose gradient is E[L(θ_S′)·∇log T(ŷ)] (Williams, 1992) = −E[L(θ_S′)·∇CE(ŷ, T)]; L(θ_S) does not hang on ŷ
 * and E[∇CE(ŷ, T)] = 0, so it may be taken off, which leaves E[h·∇CE(ŷ, T)]. The paper writes h to the first order, η·∇L(θ_S′)ᵀ·∇CE(ŷ, S),
 * which differs by O(η²); the difference of two losses is as its authors' code has it.
 * The labels of a step are drawn together and CE is their mean, so h is that of the step. The student sees the labelled pictures
 * only in L, and in the last tenth of the steps, as the paper ends; losses that compare with references see one of each class.
 * The teacher names pictures as they are and the student learns them under noise. Without the paper's UDA term of the teacher.
 * @throws AppError wrong-use for a loss that takes no probabilities, or without unlabelled pictures; what runLoop throws
 */
export const metaPseudoLabels: Method = async (spec, given, control) => {
  const data = taughtWith(spec, given, 'Meta Pseudo Labels')
  const { network: student, steps, folder, ...shared } = spec
  const last = Math.floor(LAST.share * steps)
  const taught = { ...shared, network: student, steps: steps - last }
  const folderOf = (part: number) => (folder === undefined ? undefined : join(folder, `part-${part}`))
  const savedOf = (part: number) => {
    const own = folderOf(part)
    return own === undefined ? undefined : newestCheckpoint(own)?.checkpoint
  }
  const rate = spec.rate ?? 0.1
  const ending = last > 0 ? savedOf(1) : undefined
  lossParameters(spec, data.classes)
  if (!ending) {
    const end = await meta()
    if (end.outcome === 'stopped' || last === 0) return { ...end, weights: student.read() }
  } else student.write(studentIn(weightsIn(savedOf(0)!).weights))
  const saved = folderOf(1)
  return trainNetwork(
    {
      ...{ ...taught, steps: last, rate: LAST.rate * rate, seed: seedOf(spec.seed, 1) },
      ...(saved !== undefined && { folder: saved }),
      ...(ending && { from: ending }),
    },
    { labelled: data.labelled, labels: data.labels, classes: data.classes },
    partOf(control, taught.steps, steps),
  )

  async function meta() {
    const teacher = student.another(seedOf(spec.seed, 2))
    const random = createRandom(spec.seed + 2 ** 40)
    const onNotice = (reason: string) => spec.onNotice?.(notCompiled(reason))
    lossParameters({ ...spec, network: teacher }, data.classes)
    const recipe = metaRecipe({ ...taught, rate }, teacher, data, random, onNotice)
    const optimizer = createOptimizer(recipe.optimizer, teacher.variables, onNotice)
    const from = savedOf(0)
    try {
      return await runLoop({
        ...{ recipe, optimizer, random, rate, steps: taught.steps, schedule: recipe.schedule },
        batch: spec.batch ?? 32,
        control: partOf(control, 0, steps),
        config: recipe.config,
        folder: folderOf(0),
        watches: spec.watches,
        onNotice: spec.onNotice,
        ...(from && { from }),
      })
    } finally {
      recipe.dispose()
      optimizer.dispose()
      teacher.dispose()
    }
  }
}
