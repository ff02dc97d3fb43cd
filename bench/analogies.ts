import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { analogyTarget } from '../src-main/app/analogy.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { createIndex, type Index } from '../src-main/app/vector-index.ts'
import { resourcesFolder } from '../src-main/core/places.ts'
import { ATTRIBUTES, drawAnalogies, type Attribute, type Drawing } from './analogy-drawings.ts'
import { featureTable } from './features.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const SEEDS = 5
const ANSWERS = 5

/** C + B − A, and what it has to be better than: C by itself, and B + C, from which nothing is taken away. */
const METHODS = {
  'C + B − A': analogyTarget,
  'C alone': (_a, _b, c) => c,
  'C + B': (_a, b, c) => analogyTarget(new Float32Array(c.length), b, c),
} as const satisfies Record<string, (a: Float32Array, b: Float32Array, c: Float32Array) => Float32Array>
type Method = keyof typeof METHODS

interface Question {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly answer: number
}

/** shape₁ value₁ : shape₁ value₂ = shape₂ value₁ : shape₂ value₂, for every two shapes and every two values, both ways round. */
export function questionsOf(drawings: readonly Pick<Drawing, 'shape' | 'value'>[]): Question[] {
  const at = new Map(drawings.map(({ shape, value }, index) => [`${shape} ${value}`, index]))
  const [shapes, values] = (['shape', 'value'] as const).map((key) => [...new Set(drawings.map((one) => one[key]))])
  const pairs = (of: readonly string[]) => of.flatMap((x) => of.filter((y) => y !== x).map((y) => [x, y] as const))
  return pairs(shapes!).flatMap(([shape1, shape2]) =>
    pairs(values!).map(([value1, value2]) => ({
      a: at.get(`${shape1} ${value1}`)!,
      b: at.get(`${shape1} ${value2}`)!,
      c: at.get(`${shape2} ${value1}`)!,
      answer: at.get(`${shape2} ${value2}`)!,
    })),
  )
}

/** Shares of questions answered by the first, and among the first five; A, B and C are left out of the candidates. */
export function rates(vectors: readonly Float32Array[], questions: readonly Question[], method: Method) {
  const index: Index = createIndex(vectors[0]!.length)
  vectors.forEach((vector, i) => index.add(String(i), String(i), vector))
  const ranks = questions.map(({ a, b, c, answer }) => {
    const target = METHODS[method](vectors[a]!, vectors[b]!, vectors[c]!)
    const found = index.nearest(target, ANSWERS, new Set([a, b, c].map(String)))
    return found.findIndex(({ sampleId }) => sampleId === String(answer))
  })
  return {
    first: mean(ranks.map((rank) => (rank === 0 ? 1 : 0))),
    five: mean(ranks.map((rank) => (rank >= 0 ? 1 : 0))),
  }
}

/** To be called before the engine's modules are loaded: beside TensorFlow's library sharp reads no SVG. */
async function drawAll(seeds: readonly number[]): Promise<Map<Attribute, Drawing[][]>> {
  const drawn = new Map<Attribute, Drawing[][]>()
  for (const attribute of Object.keys(ATTRIBUTES) as Attribute[]) {
    const ofSeeds: Drawing[][] = []
    for (const seed of seeds)
      ofSeeds.push(await drawAnalogies(join(tmpdir(), 'semblance-data', 'analogies', String(seed)), attribute, seed))
    drawn.set(attribute, ofSeeds)
  }
  return drawn
}

/** Analogies with known answers over drawings, by the shipped object profile: each attribute a gallery of its own. */
export async function analogiesBench(options: BenchOptions): Promise<void> {
  sharp.concurrency(1)
  const backend = options.backend ?? 'tfjs-node'
  const seeds = Array.from({ length: options.draws ?? SEEDS }, (_, i) => (options.seed ?? 1) + i)
  const drawn = await drawAll(seeds)
  const figures: { first: Figure[]; five: Figure[] } = { first: [], five: [] }
  const { createEngine } = await import('../src-main/engine/engine.ts')
  // In this process: where other work holds the cores, the core takes an engine that waits for its turn for one that hangs.
  const engine = createEngine({ resources: resourcesFolder, backend })
  for (const [attribute, ofSeeds] of drawn) {
    const galleries = []
    for (const [at, drawings] of ofSeeds.entries()) {
      const paths = drawings.map(({ path }) => path)
      const { embeddings } = await featureTable(engine, 'object', paths, 0, `${attribute}, seed ${seeds[at]}`)
      const { columns, values } = embeddings
      const vectors = drawings.map((_, row) => values.slice(row * columns, (row + 1) * columns))
      galleries.push({ vectors, questions: questionsOf(drawings) })
    }
    const { vectors, questions } = galleries[0]!
    const candidates = vectors.length - 3
    const name = `${attribute}, ${questions.length} questions of ${candidates} candidates`
    for (const method of Object.keys(METHODS) as Method[]) {
      const measured = galleries.map((gallery) => rates(gallery.vectors, gallery.questions, method))
      for (const [key, answers] of [
        ['first', 1],
        ['five', ANSWERS],
      ] as const)
        figures[key].push({
          name: `${name}: ${method}`,
          unit: answers === 1 ? '% answered by the first' : '% answered among five',
          values: measured.map((rate) => 100 * rate[key]),
          backend,
          seeds,
          reference: { what: 'by chance', value: Number(((100 * answers) / candidates).toFixed(1)) },
        })
    }
  }
  writeResults('analogies', [...figures.first, ...figures.five], undefined, finding(figures.first))
}

/** Said from the figures: for which attributes the sum beats C alone, and C + B, whichever seed drew them. */
function finding(first: readonly Figure[]): string {
  const all = Object.keys(ATTRIBUTES)
  const of = (attribute: string, method: Method) =>
    first.find(({ name }) => name.startsWith(`${attribute},`) && name.endsWith(`: ${method}`))!.values
  const beats = (method: Method) => (attribute: string) =>
    of(attribute, 'C + B − A').every((value, seed) => value > of(attribute, method)[seed]!)
  const listed = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '))
  const share = (method: Method) => all.map((one) => `${one} ${mean(of(one, method)).toFixed(0)} %`).join(', ')
  const [alone, added] = [all.filter(beats('C alone')), all.filter(beats('C + B'))]
  return [
    'The lecture solves analogies by embeddings and gives no figure.',
    `Of ${listed(all)}, C + B − A gives the right drawing first more often than C alone in every seed for: ${listed(alone)}`,
    `(means: ${share('C + B − A')}; C alone: ${share('C alone')}), and more often than C + B, so that taking A away does something, for: ${listed(added)}.`,
    'Among five, C alone does well without knowing the question wherever a shape has few values: all its others fit in the five.',
    'The drawings differ in two properties and a little noise; what holds for them need not hold for photos.',
  ].join(' ')
}
