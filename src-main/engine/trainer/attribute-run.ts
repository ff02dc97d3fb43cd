import { rmSync } from 'node:fs'
import type { AttributeNumbers, AttributeWork } from '../../contract/attribute-work.ts'
import { fitAttribute } from '../heads/attribute.ts'
import { applyHeadTo } from '../heads/data.ts'
import { writeHead } from '../heads/head-file.ts'
import { dot, pick, row, type Matrix } from '../heads/matrix.ts'
import { nearest } from '../heads/neighbours.ts'
import type { Control } from '../training/control.ts'
import { createRandom } from '../training/random.ts'
import type { Tables } from './tables.ts'

/** Pairs of one value, and of two: more make no threshold finer. */
const MOST_PAIRS = 20_000

/** Fits the head of one attribute, measures it beside the shipped embedding, and writes its files. */
export async function runAttribute(tables: Tables, work: AttributeWork, control: Control): Promise<AttributeNumbers> {
  const { folder, profile, base, parts, labels, classes, held, seed } = work
  const features = tables.floats('photos')
  const known = [...labels.keys()].filter((i) => labels[i]! >= 0)
  const learned = known.filter((i) => held[i] === 0)
  const asked = known.filter((i) => held[i] === 1)
  const labelsOf = (rows: readonly number[]) => Int32Array.from(rows, (i) => labels[i]!)
  const photos = pick(features, learned)
  const head = await fitAttribute(
    { profile, base, parts, photos, labels: labelsOf(learned), classes },
    { seed },
    control,
  )
  rmSync(folder, { recursive: true, force: true })
  writeHead(folder, head)
  const embeddings = tables.floats('embeddings')
  const before = measured(pick(embeddings, learned), pick(embeddings, asked), labelsOf(learned), labelsOf(asked), seed)
  const after = measured(
    applyHeadTo(head, photos),
    applyHeadTo(head, pick(features, asked)),
    labelsOf(learned),
    labelsOf(asked),
    seed,
  )
  return {
    dimensions: head.dimensions,
    right: { before: before.right, after: after.right },
    trials: asked.length,
    genuine: { before: before.genuine, after: after.genuine },
    impostor: { before: before.impostor, after: after.impostor },
  }
}

/**
 * How well one embedding tells the values apart.
 * @param learned, asked unit rows
 * @param seed decides which pairs are drawn where there are too many: the same for two embeddings of the same pictures
 */
export function measured(learned: Matrix, asked: Matrix, labels: Int32Array, truth: Int32Array, seed: number) {
  const { index } = nearest(asked, learned, 1)
  const right = index.filter((at, i) => at >= 0 && labels[at] === truth[i]).length
  const genuine: number[] = []
  const impostor: number[] = []
  const order = createRandom(seed).permutation(asked.rows)
  for (let apart = 1; apart < order.length; apart++) {
    if (genuine.length >= MOST_PAIRS && impostor.length >= MOST_PAIRS) break
    for (let i = 0; i + apart < order.length; i++) {
      const [a, b] = [order[i]!, order[i + apart]!]
      const pairs = truth[a] === truth[b] ? genuine : impostor
      if (pairs.length >= MOST_PAIRS) continue
      pairs.push(Math.sqrt(Math.max(0, 2 - 2 * dot(row(asked, a), row(asked, b)))))
    }
  }
  return { right, genuine: Float32Array.from(genuine), impostor: Float32Array.from(impostor) }
}
