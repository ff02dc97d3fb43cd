import { join } from 'node:path'
import { newestCheckpoint } from '../training/checkpoint.ts'
import { weightsIn } from '../training/loop-state.ts'
import { trainNetwork, type TrainEnd } from '../training/train-network.ts'
import { partOf, seedOf, taughtWith, type Method, type MethodSpec } from './method.ts'
import { createTeacher, drawAnew, type NamingTeacher } from './teacher.ts'

const ROUNDS = 3

/**
 * Self-training with noise:
 *
 *   1. a teacher learns from the labelled pictures;
 *   2. it names the unlabelled ones, as they are and without dropout, by its probabilities;
 *   3. a student with weights of its own learns from both under noise: augmentation, and the dropout and stochastic depth of a
 *      network that has them;  L = mean over references, labelled and named pictures of −Σ_i t_i · log P_i;
 *   4. the student is the next teacher.
 *
 * Xie, Luong, Hovy & Le, "Self-training with Noisy Student improves ImageNet classification", 2020, algorithm 1: soft labels,
 * pictures below 0.3 left out, three rounds. Ours differs: every network is of one kind and size, classes are not balanced by
 * repeating pictures, and a step has as many named pictures as labelled ones, not 14 or 28 times as many. Teacher and students
 * share the steps evenly, so that the method compares with others at equal steps; the rate's schedule runs once in each.
 * @throws AppError wrong-use for a loss that takes no probabilities, or without unlabelled pictures; what trainNetwork throws
 */
export const noisyStudent: Method = async (spec, given, control) => {
  const data = taughtWith(spec, given, 'Noisy Student')
  const { rounds = ROUNDS, folder, ...shared } = spec
  const { labelled: noise } = spec.augment ?? {}
  const augment = { ...(noise && { labelled: noise, unlabelled: noise }), ...spec.augment }
  const beginOf = (part: number) => Math.floor((part * spec.steps) / (rounds + 1))
  const folderOf = (part: number) => (folder === undefined ? undefined : join(folder, `part-${part}`))
  const savedOf = (part: number) => {
    const own = folderOf(part)
    return own === undefined ? undefined : newestCheckpoint(own)?.checkpoint
  }
  const unlearned = { labelled: data.labelled, labels: data.labels, classes: data.classes }

  let part = rounds
  while (part > 0 && !savedOf(part)) part--
  // A part begins once the one before has left its last weights.
  let before = part === 0 ? undefined : weightsIn(savedOf(part - 1)!)
  let end: TrainEnd | undefined
  for (; part <= rounds; part++) {
    const [first, last] = [beginOf(part), beginOf(part + 1)]
    const [saved, from] = [folderOf(part), savedOf(part)]
    const own: MethodSpec = { ...shared, augment, steps: last - first, seed: seedOf(spec.seed, part) }
    let teacher: NamingTeacher | undefined
    if (before) {
      teacher = createTeacher(own, before.average ?? before.weights, data)
      drawAnew(own, data.classes, own.seed)
    }
    try {
      end = await trainNetwork(
        { ...own, ...(saved !== undefined && { folder: saved }), ...(from && { from }) },
        teacher ? { ...data, teacher: teacher.names } : unlearned,
        partOf(control, first, spec.steps),
      )
    } finally {
      teacher?.dispose()
    }
    if (end.outcome === 'stopped') break
    before = end
  }
  return end!
}
