import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { Graph } from '../src-main/engine/heads/graph.ts'
import { mnist, type Digits } from './mnist.ts'
import { CONTRAST, warmUp, WITH_STROKES, type ContrastRecipe } from './mnist100-contrast.ts'
import { QUESTIONS, ROUNDS, runDraw, type Draw, type Warm } from './mnist100-draw.ts'
import { asked, kept, once, PAPER } from './mnist100-kept.ts'
import { digitNetwork } from './mnist100-network.ts'
import { graphsOf, TEST_VIEWS } from './mnist100-recognise.ts'
import { TUNE } from './mnist100-tune.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const DRAWS = 5
/**
 * What the network learns without labels, one recipe from the weights of the other. The graphs of both are averaged, and
 * where they disagree is what to ask about: they are unlike on purpose.
 */
const WARM: readonly ContrastRecipe[] = [CONTRAST, WITH_STROKES]
const WARM_SEED = 1

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
  let warm: Promise<Warm> | undefined
  const draws: Draw[] = []
  for (const seed of seeds) {
    const folder = kept('draw', 'rounds', recipe, WARM, options.ask, seed, backend)
    const draw = await once(folder, async () => {
      const start = await (warm ??= warmStarts(train, backend))
      return runDraw(train, test, start, recipe, { seed, folder, asks: options.ask })
    })
    console.error(`Draw ${seed}: ${draw.test.at(-1)!.toFixed(2)} % after ${(draw.seconds / 60).toFixed(1)} minutes`)
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
  const steps = `${WARM.map((one) => one.steps).join(' + ')} steps without labels, ${ROUNDS} × ${recipe.steps} with`
  const labels = options.ask ? `100 labels and at most ${QUESTIONS} asked for` : '100 labels'
  writeResults(
    options.ask ? 'mnist100-ask' : 'mnist100',
    [
      percent(
        `test error, ${labels}, nearest class mean, ${TEST_VIEWS} gentle views averaged; ${steps}`,
        ({ test }) => test.at(-1)!,
        PAPER,
      ),
      percent('the same after the first round', ({ test }) => test[0]!, PAPER),
      percent('the same, the picture as it is', ({ plain }) => plain),
      percent('training digits that the first propagation names wrongly', ({ propagated }) => propagated[0]!),
      percent('training digits that the second propagation names wrongly', ({ propagated }) => propagated.at(-1)!),
      percent('training digits that the network judges wrongly', ({ training }) => training.at(-1)!),
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

/**
 * Label-free, so the same for every draw; its time counts in each. Fine-tuning goes on from the last weights: strokes have
 * kept them from taking barred sevens for twos.
 */
async function warmStarts(train: Digits, backend: string): Promise<Warm> {
  const network = digitNetwork(WARM_SEED)
  const graphs: [Graph, Graph][] = []
  let seconds = 0
  for (const [at, recipe] of WARM.entries()) {
    const folder = kept('warm', WARM.slice(0, at + 1), WARM_SEED, backend)
    seconds += await warmUp(network, train.pictures, recipe, WARM_SEED + at, folder)
    const began = performance.now()
    graphs.push(graphsOf(network, train.pictures))
    seconds += (performance.now() - began) / 1000
  }
  const weights = network.read()
  network.dispose()
  return { weights, graphs, seconds }
}
