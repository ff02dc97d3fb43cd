import { LOSSES, type LossName } from '../src-main/engine/losses/table.ts'
import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { batch, picturesOf } from '../src-main/engine/training/augment.ts'
import { createControl } from '../src-main/engine/training/control.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { predictions } from '../src-main/engine/training/predictions.ts'
import { trainNetwork } from '../src-main/engine/training/train-network.ts'
import type { Photos } from './cifar.ts'

export interface Epochs<M> {
  readonly network: Network
  readonly loss: LossName
  readonly classes: number
  readonly train: Photos
  /** Labelled pictures a step; a reference of each class comes on top. */
  readonly batch: number
  readonly rate: number
  readonly momentum: number
  readonly epochs: number
  readonly seed: number
  /** After so many epochs. */
  measure(epoch: number): M
}

/** Entries of `curve` are of 1, 2, … epochs; fewer when training stopped. */
export interface Run<M> {
  readonly curve: readonly M[]
  readonly seconds: number
  /** What training said of itself: a halved rate, or why it stopped. */
  readonly notices: readonly string[]
}

/** Trains at a fixed rate, without weight decay, and measures after each pass through the pictures. */
export async function trainEpochs<M>(run: Epochs<M>): Promise<Run<M>> {
  const { network, loss, classes, train, rate, momentum, epochs, seed } = run
  const each = Math.floor(train.labels.length / run.batch)
  const control = createControl()
  const curve: M[] = []
  const notices: string[] = []
  let [seconds, began] = [0, performance.now()]
  const end = await trainNetwork(
    {
      ...{ network, loss, seed, rate, batch: run.batch, steps: epochs * each, watches: false },
      optimizer: { kind: 'nesterov', momentum },
      schedule: { kind: 'constant' },
      onNotice: ({ message }) => notices.push(message),
    },
    { labelled: train.pictures, labels: train.labels, classes },
    {
      checkpointDue: () => false,
      async tick(report) {
        await control.tick(report)
        if (report.step % each !== 0) return
        seconds += (performance.now() - began) / 1000
        curve.push(run.measure(report.step / each))
        began = performance.now()
      },
    },
  )
  if (end.problem) notices.push(end.problem.message)
  return { curve, seconds, notices }
}

const AT_ONCE = 500

/** Percent of the pictures whose largest score is of another class than theirs. */
export function percentWrong(network: Network, loss: LossName, classes: number, { pictures, labels }: Photos): number {
  if (!LOSSES[loss].scores) throw new Error(`The loss ${loss} has no scores of classes.`)
  const { height, width, channels } = pictures
  const count = picturesOf(pictures)
  let wrong = 0
  for (let from = 0; from < count; from += AT_ONCE) {
    const places = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i)
    const named = tf.tidy(() => {
      const x = tf.tensor4d(batch(pictures, places), [places.length, height, width, channels])
      const outputs = network.forward(x as Tensor as Tensor4D, { training: false })
      // Of the references only their number counts where a loss has scores of its own.
      const none = tf.zeros([classes, network.dimensions]) as Tensor as Tensor2D
      return tf.argMax(predictions({ network, loss }, outputs, none), 1).dataSync()
    })
    for (let i = 0; i < places.length; i++) if (named[i] !== labels[from + i]) wrong++
  }
  return (100 * wrong) / count
}
