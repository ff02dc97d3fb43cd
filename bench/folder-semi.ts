import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { shippedParts } from '../src-main/engine/heads/shipped.ts'
import { identityFolders } from '../src-main/cli/picture-folders.ts'
import { resourcesFolder } from '../src-main/core/places.ts'
import type { Profile } from '../src-main/contract/types.ts'
import { dataSet, type DataSet } from './data.ts'
import { onEngine } from './engine.ts'
import { featureTable } from './features.ts'
import { VIEWS } from './grocery-semi.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'
import { semiFigures } from './semi-results.ts'
import type { Variant } from './semi.ts'

/** As grocery-semi, without changing a constant, on faces of 40 people and on 20 turned objects. */
export async function folderSemiBench(
  data: Extract<DataSet, 'orl' | 'coil20'>,
  profile: Profile,
  strangers: number,
  options: BenchOptions,
): Promise<void> {
  const backend = options.backend ?? 'tfjs-node'
  const thing = profile === 'face' ? 'person' : 'object'
  const variants: Variant[] = [
    { name: `one picture a ${thing}`, reference: 'photo' },
    { name: `one picture a ${thing}, ${strangers} not enrolled`, reference: 'photo', strangers },
    { name: `one picture a ${thing}, 10 of them`, reference: 'photo', only: 10 },
  ]
  const identities = await identityFolders(await dataSet(data))
  const paths = identities.flatMap(({ pictures }) => pictures)
  const table = await onEngine(backend, (engine) => featureTable(engine, profile, paths, VIEWS, data))
  await chooseBackend(resourcesFolder, backend)
  let at = 0
  const classes = identities.map(({ pictures }) => ({ photos: pictures.map(() => at++) }))
  const shipped = await shippedParts(resourcesFolder, profile, table.parts)
  const figures = await semiFigures({ profile, table, shipped, views: VIEWS, classes }, variants, {}, options, backend)
  writeResults(`${data}-semi`, figures)
}
