import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { OMNIGLOT_SIDE, omniglotNet } from '../src-main/engine/networks/omniglot-net.ts'
import { newestCheckpoint, weightHash, writeCheckpoint } from '../src-main/engine/training/checkpoint.ts'
import { createControl } from '../src-main/engine/training/control.ts'
import { createNetwork, type Network } from '../src-main/engine/training/network.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { dataSet } from './data.ts'
import { readAlphabets, type Drawings } from './omniglot-glyphs.ts'
import { embedAlphabet, judgeEpisodes, judgeRuns, readRuns } from './omniglot-one-shot.ts'
import { createTraining, RECIPE, type Recipe } from './omniglot-training.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

/** Averaged for each drawing. */
const VIEWS = 8
const WAYS = 20
const EPISODES = 1000
const EPISODES_OF_ALPHABET = 100
/** Of what is drawn for the test, so that the seed of training changes training alone. */
const TEST_SEED = 20
const LOGGED_STEPS = 50

/**
 * One-shot recognition of characters of alphabets never seen (Lake, Salakhutdinov & Tenenbaum, 2015): a network trained on
 * the 30 background alphabets, then Lake's 20 runs and episodes over the evaluation alphabets. Nothing is chosen by these.
 * Episodes within an alphabet are harder than the runs: of the errors that the runs spare, Lake's choice of characters takes
 * about half and his choice of drawers the other (measured with the same weights on other characters or other drawers).
 */
export async function omniglotBench({ seed = 1, steps = RECIPE.steps, backend: forced }: BenchOptions): Promise<void> {
  const folder = await dataSet('omniglot')
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const network = createNetwork('omniglot', omniglotNet, [OMNIGLOT_SIDE, OMNIGLOT_SIDE, 1], seed)
  const recipe = { ...RECIPE, steps }
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, seed, backend]))
    .digest('hex')
    .slice(0, 16)
  const kept = join(tmpdir(), 'semblance-data', 'omniglot-training', key)
  await train(network, await readAlphabets(join(folder, 'images_background')), recipe, seed, kept)
  const figures = await measure(network, folder)
  writeResults(
    'omniglot',
    figures.map((figure) => ({ ...figure, name: `${figure.name}; ${steps} steps`, backend, seeds: [seed] })),
  )
  rmSync(kept, { recursive: true, force: true })
}

/** Goes on from the newest checkpoint in `kept`. */
async function train(network: Network, drawings: Drawings, recipe: Recipe, seed: number, kept: string): Promise<void> {
  const training = createTraining(network, drawings, recipe, seed)
  const found = newestCheckpoint(kept)
  if (found) {
    training.restore(found.checkpoint)
    console.error(`Goes on from step ${training.done()} (${found.path}).`)
  }
  const control = createControl()
  const save = () => writeCheckpoint(kept, training.checkpoint())
  let [loss, right, from, began] = [0, 0, training.done(), performance.now()]
  while (training.done() < recipe.steps) {
    const step = training.step()
    loss += step.loss
    right += step.right
    const done = training.done()
    await control.tick({ step: done, steps: recipe.steps, pictures: 2 * recipe.classes, labelled: step.loss }, save)
    if (done % LOGGED_STEPS === 0 || done === recipe.steps) {
      const count = done - from
      const each = (performance.now() - began) / count
      console.error(
        `${done} of ${recipe.steps}: loss ${(loss / count).toFixed(4)}, right ${((100 * right) / count).toFixed(1)} %, ${each.toFixed(0)} ms a step`,
      )
      ;[loss, right, from, began] = [0, 0, done, performance.now()]
    }
  }
  save()
  training.dispose()
  console.error(`Weights ${weightHash(network.read())}`)
}

async function measure(network: Network, folder: string): Promise<Figure[]> {
  const percent = (shares: readonly number[]) => shares.map((share) => 100 * share)
  const figure = (name: string, shares: readonly number[], reference: Figure['reference'] = null): Figure => ({
    name,
    unit: '% right',
    values: percent(shares),
    reference,
  })
  const runs = await readRuns(join(folder, 'one-shot-runs'))
  const koch = { what: "Koch's siamese network (people: 95.5)", value: 92 }
  const within = `20 runs, ${WAYS}-way, within alphabet`
  const figures = [
    figure(
      `${within}, ${VIEWS} views of a drawing averaged`,
      judgeRuns(network, runs, VIEWS, createRandom(TEST_SEED)),
      koch,
    ),
    figure(`${within}, one view`, judgeRuns(network, runs, 1, createRandom(TEST_SEED)), koch),
  ]
  const { glyphs, alphabets } = await readAlphabets(join(folder, 'images_evaluation'))
  const random = createRandom(TEST_SEED)
  const embedded = alphabets.map((alphabet) => embedAlphabet(network, glyphs, alphabet, VIEWS, random))
  const all = embedded.flat()
  return [
    ...figures,
    figure(
      `${EPISODES} random ${WAYS}-way episodes over all ${all.length} evaluation characters, two drawers each, ${VIEWS} views`,
      judgeEpisodes(all, WAYS, EPISODES, random),
    ),
    figure(
      `${WAYS}-way within each of the ${alphabets.length} evaluation alphabets, mean of ${EPISODES_OF_ALPHABET} episodes each, ${VIEWS} views`,
      embedded.map((alphabet) => {
        const shares = judgeEpisodes(alphabet, WAYS, EPISODES_OF_ALPHABET, random)
        return shares.reduce((sum, share) => sum + share, 0) / shares.length
      }),
    ),
  ]
}
