import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackendName } from '../src-main/contract/types.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { shippedParts } from '../src-main/engine/heads/shipped.ts'
import { resourcesFolder } from '../src-main/core/places.ts'
import { dataSet } from './data.ts'
import { onEngine } from './engine.ts'
import { featureTable } from './features.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'
import { semiFigures } from './semi-results.ts'
import type { SemiSet, Variant } from './semi.ts'

/** Random views of each picture; more gain a little and cost as many passes. */
export const VIEWS = 4

const VARIANTS: readonly Variant[] = [
  { name: 'one photo a product', reference: 'photo' },
  { name: 'one iconic picture a product', reference: 'iconic' },
  { name: 'one photo, 25 products not enrolled', reference: 'photo', strangers: 25 },
  { name: 'one iconic picture, 25 products not enrolled', reference: 'iconic', strangers: 25 },
  { name: 'one photo, 10 products', reference: 'photo', only: 10 },
  { name: 'one iconic picture, 10 products', reference: 'iconic', only: 10 },
]

const GOALS = {
  'one photo a product': 72,
  'one iconic picture a product': 56,
  'one photo, 25 products not enrolled': 74,
  'one iconic picture, 25 products not enrolled': 57,
}

/** Photos of products with their features, by class, and where each row's picture is. */
export async function grocerySet(backend: BackendName): Promise<{ set: SemiSet; paths: readonly string[] }> {
  const folder = await dataSet('grocery-dev')
  const column = (file: string, at: number) =>
    readFileSync(join(folder, file), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(',')[at]!)
  const photos = column('photos.csv', 0)
  const labels = column('photos.csv', 1).map(Number)
  const paths = [...photos, ...column('classes.csv', 2)].map((path) => join(folder, path))
  const table = await onEngine(backend, (engine) => featureTable(engine, 'object', paths, VIEWS, 'grocery-dev'))
  await chooseBackend(resourcesFolder, backend)
  const set: SemiSet = {
    profile: 'object',
    table,
    shipped: await shippedParts(resourcesFolder, 'object', table.parts),
    views: VIEWS,
    classes: column('classes.csv', 0).map((_, label) => ({
      photos: [...labels.keys()].filter((i) => labels[i] === label),
      iconic: photos.length + label,
    })),
  }
  return { set, paths }
}

/** One labelled picture a product and half of all photos without labels: rank-1 on the other half, before and after. */
export async function grocerySemiBench(options: BenchOptions): Promise<void> {
  const backend = options.backend ?? 'tfjs-node'
  const { set } = await grocerySet(backend)
  writeResults('grocery-semi', await semiFigures(set, VARIANTS, GOALS, options, backend))
}
