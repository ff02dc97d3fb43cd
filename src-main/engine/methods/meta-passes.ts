import { crossEntropies } from '../losses/cross-entropy.ts'
import { classIndicator } from '../losses/distance-ratio.ts'
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '../tf.ts'
import type { Forward } from '../training/gradients.ts'
import type { Pass } from '../training/network.ts'
import { lossOf, lossParameters, placed, predictions, type Trained } from '../training/predictions.ts'
import type { Random } from '../training/random.ts'

/** Pictures with a class: one reference of each, then queries. Types, not interfaces: only such are records. */
export type Labelled = {
  readonly x: Tensor4D
  /** Of the queries. */
  readonly labels: Tensor1D
}

/** The teacher's: unlabelled pictures stand behind those with a class. */
export type Taught = Labelled & {
  /** Class that was drawn for each unlabelled picture. */
  readonly drawn: Tensor1D
  /** Of their cross-entropy: h. */
  readonly coefficient: Scalar
}

/** The student's: one reference of each class where its loss compares with them, then unlabelled pictures. */
export type Drawn = {
  readonly x: Tensor4D
  readonly drawn: Tensor1D
}

/** True where P is by references; a classifier needs none to learn a class that is told it. */
export const compares = (trained: Trained): boolean => lossOf(trained).scores === undefined

/** log P of the unlabelled pictures, as the teacher sees them in its own step. U × c */
export function namesOf(teacher: Trained, classes: number, random: Random, { x, labels }: Labelled): Tensor2D {
  const { z, u } = parted(teacher, x, classes, labels.size, { training: true, random })
  return predictions(teacher, u, z)
}

/** L of the labelled pictures as the network answers: without dropout, and batch norm by what it has seen on the whole. */
export function labelledLoss(student: Trained, classes: number, { x, labels }: Labelled): Scalar {
  const { z, q } = parted(student, x, classes, labels.size, { training: false })
  return termOf(student, classes, z, q, labels)
}

/** On the tape: the student's loss of the classes that the teacher drew, CE(ŷ, S(x_u)) of a loss that is a cross-entropy. */
export function studentPass(student: Trained, classes: number, random: Random, { x, drawn }: Drawn): Forward<Tensor> {
  const references = x.shape[0] - drawn.size
  const all = placed(student, student.network.forward(x, { training: true, random }))
  const z = tf.slice(all, [0, 0], [references, -1])
  const u = tf.slice(all, [references, 0], [drawn.size, -1])
  return { loss: termOf(student, classes, z, u, drawn), seen: {} }
}

/** On the tape: h·CE(ŷ, T(x_u)) + L(θ_T; x_l, y_l) */
export function teacherPass(teacher: Trained, classes: number, random: Random, inputs: Taught): Forward<Tensor> {
  const { x, labels, drawn, coefficient } = inputs
  const { z, q, u } = parted(teacher, x, classes, labels.size, { training: true, random })
  const own = tf.mean(crossEntropies(classIndicator(drawn, classes), predictions(teacher, u, z)))
  const labelled = termOf(teacher, classes, z, q, labels)
  return { loss: tf.add(tf.mul(own, coefficient), labelled), seen: {} }
}

/** The labelled term of the loss, and no other. */
function termOf(trained: Trained, classes: number, z: Tensor2D, queries: Tensor2D, labels: Tensor1D): Scalar {
  const parameters = lossParameters(trained, classes)
  const target = classIndicator(labels, classes)
  return lossOf(trained).terms({ references: z, queries, labels, target, parameters }, trained.lossOptions).labelled
}

/** Embeddings of references, queries and the rest. */
function parted(trained: Trained, x: Tensor4D, classes: number, asked: number, pass: Pass) {
  const all = placed(trained, trained.network.forward(x, pass))
  const rest = all.shape[0] - classes - asked
  return {
    z: tf.slice(all, [0, 0], [classes, -1]),
    q: tf.slice(all, [classes, 0], [asked, -1]),
    u: tf.slice(all, [classes + asked, 0], [rest, -1]),
  }
}
