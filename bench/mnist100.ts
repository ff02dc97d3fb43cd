import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { Graph } from '../src-main/engine/heads/graph.ts'
import type { Stored } from '../src-main/engine/training/network.ts'
import { drawLabelled, mnist, type Digits } from './mnist.ts'
import { ask, type Question } from './mnist100-ask.ts'
import { CONTRAST, warmUp, WITH_STROKES, type ContrastRecipe } from './mnist100-contrast.ts'
import { asked, kept, LABELLED, once, PAPER } from './mnist100-kept.ts'
import { digitNetwork } from './mnist100-network.ts'
import { errors, type Errors } from './mnist100-recognise.ts'
import { graphOf, likeliest, taught, together } from './mnist100-teacher.ts'
import { TUNE, tune, type TuneRecipe } from './mnist100-tune.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const DRAWS = 5
/**
 * What the network learns without labels, one recipe from the weights of the other. The graphs of both are averaged, and
 * where they disagree is what to ask about: they are unlike on purpose.
 */
const WARM: readonly ContrastRecipe[] = [CONTRAST, WITH_STROKES]
const WARM_SEED = 1
const QUESTIONS = 5
const TEST_VIEWS = 6

interface Draw {
  readonly seconds: number
  /** Of the propagated labels before fine-tuning: percent of the unlabelled training digits that are wrong. */
  readonly propagated: number
  readonly questions: readonly Question[]
  readonly plain: Errors
  readonly views: Errors
}

/**
 * MNIST with 100 labels (Hoffer & Ailon, 2016, table 1): ten labelled digits a class, the other 59,900 without label, error
 * on the 10,000 test digits. The network is that of the last step: test labels choose nothing.
 */
export async function mnist100Bench(options: BenchOptions): Promise<void> {
  if (options.faithful) return (await import('./mnist100-faithful.ts')).faithfulBench(options)
  const { train, test } = mnist()
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), options.backend)
  const recipe = { ...TUNE, steps: options.steps ?? TUNE.steps }
  const first = options.seed ?? 0
  const seeds = Array.from({ length: options.draws ?? DRAWS }, (_, i) => first + i)
  const warm = await warmStarts(train, backend)
  const draws: Draw[] = []
  for (const seed of seeds) {
    const folder = kept('draw', recipe, WARM, options.ask, seed, backend)
    const draw = await once(folder, () => runDraw(train, test, warm, recipe, { seed, folder, ask: options.ask }))
    const { mean } = draw.plain
    console.error(`Draw ${seed}: ${mean.toFixed(2)} % after ${(draw.seconds / 60).toFixed(1)} minutes`)
    draws.push(draw)
  }
  const shared = { backend, seeds }
  const percent = (name: string, of: (draw: Draw) => number, reference: Figure['reference'] = null): Figure => ({
    name,
    unit: '%',
    values: draws.map(of),
    reference,
    ...shared,
  })
  const steps = `${WARM.map(({ steps }) => steps).join(' + ')} steps without labels, ${recipe.steps} with`
  const labels = options.ask ? `100 labels and at most ${QUESTIONS} asked for` : '100 labels'
  writeResults(
    options.ask ? 'mnist100-ask' : 'mnist100',
    [
      percent(
        `test error, ${labels}, nearest class mean, ${TEST_VIEWS} gentle views averaged; ${steps}`,
        ({ views }) => views.mean,
        PAPER,
      ),
      percent('test error, nearest class mean, the picture as it is', ({ plain }) => plain.mean, PAPER),
      percent('test error, nearest labelled digit, the picture as it is', ({ plain }) => plain.one, PAPER),
      percent(
        'unlabelled training digits that propagation names wrongly, before fine-tuning',
        ({ propagated }) => propagated,
      ),
      ...(options.ask
        ? [
            {
              name: 'labels asked for',
              unit: 'labels',
              values: draws.map(({ questions }) => questions.length),
              ...shared,
            },
          ]
        : []),
      {
        name: 'a draw, the shared start without labels counted in each',
        unit: 'min',
        values: draws.map(({ seconds }) => seconds / 60),
        ...shared,
      },
    ],
    asked('mnist100'),
  )
}

interface Warm {
  readonly weights: ReadonlyMap<string, Stored>
  readonly graphs: readonly Graph[]
  readonly seconds: number
}

/** Label-free, so the same for every draw; its time counts in each. Fine-tuning goes on from the first recipe's weights. */
async function warmStarts(train: Digits, backend: string): Promise<Warm> {
  const network = digitNetwork(WARM_SEED)
  const graphs: Graph[] = []
  let weights: ReadonlyMap<string, Stored> | undefined
  let seconds = 0
  for (const [at, recipe] of WARM.entries()) {
    const folder = kept('warm', WARM.slice(0, at + 1), WARM_SEED, backend)
    seconds += await warmUp(network, train.pictures, recipe, WARM_SEED + at, folder)
    const began = performance.now()
    weights ??= network.read()
    graphs.push(graphOf(network, train.pictures))
    seconds += (performance.now() - began) / 1000
  }
  network.dispose()
  return { weights: weights!, graphs, seconds }
}

async function runDraw(
  train: Digits,
  test: Digits,
  warm: Warm,
  recipe: TuneRecipe,
  { seed, folder, ask: asking }: { readonly seed: number; readonly folder: string; readonly ask: boolean },
): Promise<Draw> {
  const began = performance.now()
  const drawn = drawLabelled(train.labels, LABELLED, seed)
  const [one, other] = warm.graphs
  const { labelled, questions } =
    asking && one && other
      ? ask([one, other], drawn, QUESTIONS, (place) => train.labels[place]!)
      : { labelled: drawn, questions: [] }
  for (const { said, answer } of questions) console.error(`Draw ${seed}: ${said.join(' or ')}? It is ${answer}.`)
  const targets = taught(together(warm.graphs), labelled)
  const propagated = wrong(likeliest(targets), train.labels)
  console.error(`Draw ${seed}: propagation names ${propagated.toFixed(2)} % of the training digits wrongly`)
  const network = digitNetwork(WARM_SEED)
  network.write(warm.weights)
  const before = (performance.now() - began) / 1000
  const trained = await tune(network, train.pictures, labelled, targets, recipe, seed, join(folder, 'tune'))
  const plain = errors(network, train, labelled, test)
  const views = errors(network, train, labelled, test, TEST_VIEWS)
  network.dispose()
  rmSync(join(folder, 'tune'), { recursive: true, force: true })
  return { seconds: warm.seconds + before + trained, propagated, questions, plain, views }
}

const wrong = (judged: Uint8Array, labels: Uint8Array) =>
  (100 * judged.filter((label, i) => label !== labels[i]).length) / judged.length
