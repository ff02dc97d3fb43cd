import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../src-main/engine/heads/graph.ts'
import type { Stored } from '../src-main/engine/training/network.ts'
import { drawLabelled, type Digits } from './mnist.ts'
import { ask, type Question } from './mnist100-ask.ts'
import { LABELLED } from './mnist100-kept.ts'
import { digitNetwork } from './mnist100-network.ts'
import { classesOf, GRAPH_VIEWS, look, nearestMean, TEST_VIEWS, wrong, type Sight } from './mnist100-recognise.ts'
import { graphOf, likeliest, taught, together } from './mnist100-teacher.ts'
import { tune, type TuneRecipe } from './mnist100-tune.ts'

/** What was learned without labels: the weights that fine-tuning goes on from, and what two unlike networks see side by side. */
export interface Warm {
  readonly weights: ReadonlyMap<string, Stored>
  /** Of each network: of the digits as they are, and of the mean of their views. */
  readonly graphs: readonly (readonly [Graph, Graph])[]
  readonly seconds: number
}

export interface Draw {
  readonly seconds: number
  /** Percent of the training digits that the propagated labels name wrongly, before each round. */
  readonly propagated: readonly number[]
  readonly questions: readonly Question[]
  /** Percent of the training digits judged wrongly after each round. Their labels are used for nothing else. */
  readonly training: readonly number[]
  /** Percent of the test digits judged wrongly after each round. */
  readonly test: readonly number[]
  /** The same after the last round, the digit as it is. */
  readonly plain: number
}

export const QUESTIONS = 5
/** Of propagation and fine-tuning. */
export const ROUNDS = 2

/**
 * The network is fine-tuned in rounds. Labels are propagated anew for each, over the graphs without labels and that of the
 * network as the last round left it: what it has unlearned it is not taught again.
 */
export async function runDraw(
  train: Digits,
  test: Digits,
  warm: Warm,
  recipe: TuneRecipe,
  { seed, folder, asks }: { readonly seed: number; readonly folder: string; readonly asks: boolean },
): Promise<Draw> {
  const began = performance.now()
  const say = (text: string) => console.error(`Draw ${seed}: ${text}`)
  const drawn = drawLabelled(train.labels, LABELLED, seed)
  const { labelled, questions } = asks
    ? ask([warm.graphs[0]![1], warm.graphs[1]![1]], drawn, QUESTIONS, (place) => train.labels[place]!)
    : { labelled: drawn, questions: [] }
  for (const { said, answer } of questions) say(`${said.join(' or ')}? It is ${answer}.`)
  const classes = classesOf(labelled)
  const places = Int32Array.from(labelled.flat())
  const graphs = warm.graphs.flat()
  const [propagated, training, tested]: [number[], number[], number[]] = [[], [], []]
  let plain = NaN
  let tuned = 0
  let aside = 0
  const network = digitNetwork(0)
  network.write(warm.weights)
  const sight = (digits: Digits, views: number): Sight => ({
    probes: look(network, digits.pictures, views),
    references: look(network, train.pictures, views, places),
  })
  const error = (seen: Sight, labels: Uint8Array) => wrong(nearestMean(seen, classes), labels)
  for (let round = 0; round < ROUNDS; round++) {
    const targets = taught(together(graphs), labelled)
    propagated.push(wrong(likeliest(targets), train.labels))
    say(`propagation names ${propagated.at(-1)!.toFixed(2)} % of the training digits wrongly`)
    const before = performance.now()
    const own = join(folder, `network-${round}`)
    tuned += await tune(network, train.pictures, labelled, targets, recipe, seed * ROUNDS + round, own)
    aside += (performance.now() - before) / 1000
    const seen = sight(train, GRAPH_VIEWS)
    training.push(error(seen, train.labels))
    tested.push(error(sight(test, TEST_VIEWS), test.labels))
    plain = error(sight(test, 0), test.labels)
    if (round < ROUNDS - 1) graphs.push(graphOf(seen.probes))
  }
  network.dispose()
  for (let round = 0; round < ROUNDS; round++)
    rmSync(join(folder, `network-${round}`), { recursive: true, force: true })
  const others = (performance.now() - began) / 1000 - aside
  return { seconds: warm.seconds + tuned + others, propagated, questions, training, test: tested, plain }
}
