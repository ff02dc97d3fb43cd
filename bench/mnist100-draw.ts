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

/** What was learned without labels: networks that are unlike on purpose, and what each sees side by side. */
export interface Warm {
  readonly weights: readonly ReadonlyMap<string, Stored>[]
  readonly graphs: readonly Graph[]
  readonly seconds: number
}

export interface Draw {
  readonly seconds: number
  /** Percent of the training digits that the propagated labels name wrongly, before each network is fine-tuned. */
  readonly propagated: readonly number[]
  readonly questions: readonly Question[]
  /** Percent of the training digits judged wrongly, by each network and by both. Their labels are used for nothing else. */
  readonly training: readonly number[]
  /** Percent of the test digits judged wrongly, by each network and by both. */
  readonly test: readonly number[]
  /** The same by both, the digit as it is. */
  readonly plain: number
}

const QUESTIONS = 5
/**
 * The networks are fine-tuned one after the other. Labels are propagated anew for each, over the graphs without labels and
 * those of the networks that are done: what the first has unlearned the second is not taught.
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
    ? ask([warm.graphs[1]!, warm.graphs[3]!], drawn, QUESTIONS, (place) => train.labels[place]!)
    : { labelled: drawn, questions: [] }
  for (const { said, answer } of questions) say(`${said.join(' or ')}? It is ${answer}.`)
  const classes = classesOf(labelled)
  const places = Int32Array.from(labelled.flat())
  const graphs = [...warm.graphs]
  const [propagated, seen, tested, plain]: [number[], Sight[], Sight[], Sight[]] = [[], [], [], []]
  let trained = 0
  let elsewhere = 0
  for (const [at, weights] of warm.weights.entries()) {
    const targets = taught(together(graphs), labelled)
    propagated.push(wrong(likeliest(targets), train.labels))
    say(`propagation names ${propagated.at(-1)!.toFixed(2)} % of the training digits wrongly`)
    const network = digitNetwork(0)
    network.write(weights)
    const before = performance.now()
    const own = join(folder, `network-${at}`)
    trained += await tune(network, train.pictures, labelled, targets, recipe, seed * warm.weights.length + at, own)
    elsewhere += performance.now() - before
    const sight = (digits: Digits, views: number): Sight => ({
      probes: look(network, digits.pictures, views),
      references: look(network, train.pictures, views, places),
    })
    const of = sight(train, GRAPH_VIEWS)
    seen.push(of)
    tested.push(sight(test, TEST_VIEWS))
    plain.push(sight(test, 0))
    graphs.push(graphOf(of.probes))
    network.dispose()
  }
  for (const at of warm.weights.keys()) rmSync(join(folder, `network-${at}`), { recursive: true, force: true })
  const each = (sights: readonly Sight[], labels: Uint8Array) =>
    [...sights.map((one) => [one]), sights].map((some) => wrong(nearestMean(some, classes), labels))
  return {
    seconds: warm.seconds + trained + (performance.now() - began - elsewhere) / 1000,
    propagated,
    questions,
    training: each(seen, train.labels),
    test: each(tested, test.labels),
    plain: each(plain, test.labels).at(-1)!,
  }
}
