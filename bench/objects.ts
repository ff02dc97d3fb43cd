import { join } from 'node:path'
import { evaluateIdentities } from '../src-main/app/evaluation/identities-protocol.ts'
import { measurePictures } from '../src-main/app/evaluation/measure-pictures.ts'
import { identityFolders, referenceFolders } from '../src-main/cli/picture-folders.ts'
import type { BackendName, Profile } from '../src-main/contract/types.ts'
import { dataSet } from './data.ts'
import { every100, onEngine } from './engine.ts'
import { writeResults, type Figure } from './results.ts'

const DRAWS = 20
const SEED = 1

/** One-shot identification: groceries, turned objects and faces, as `semblance evaluate --identities` does it. */
export async function objectsBench(): Promise<void> {
  const grocery = await dataSet('grocery-dev')
  const photos = join(grocery, 'photos')
  const sets: {
    name: string
    profile: Profile
    folder: string
    references?: string
    reference: Figure['reference']
  }[] = [
    {
      name: 'grocery-dev, one iconic picture a product',
      profile: 'object',
      folder: photos,
      references: join(grocery, 'iconic'),
      reference: { what: 'EfficientNet-Lite0 with mirror, mean feature removed', value: 38.8 },
    },
    {
      name: 'grocery-dev, one random photo a product',
      profile: 'object',
      folder: photos,
      reference: { what: 'three quarters EfficientNet-Lite0, one quarter colour histogram', value: 55.9 },
    },
    { name: 'coil20, one random view an object', profile: 'object', folder: await dataSet('coil20'), reference: null },
    { name: 'orl, one random picture a person', profile: 'face', folder: await dataSet('orl'), reference: null },
  ]
  const figures: Figure[] = []
  for (const backend of ['tfjs-node', 'wasm'] as const satisfies readonly BackendName[]) {
    await onEngine(backend, async (engine) => {
      // A picture that serves two protocols is measured once.
      const measured = new Map<string, Float32Array | null>()
      for (const { name, profile, folder, references, reference } of sets) {
        const own = await identityFolders(folder)
        const given = references === undefined ? undefined : await referenceFolders(references, own)
        const paths = [...own, ...(given ?? [])].flatMap(({ pictures }) => pictures)
        const { embeddings } = await measurePictures(
          engine,
          paths.filter((path) => !measured.has(path)),
          {
            profile,
            onProgress: every100(`${name} on ${backend}`),
          },
        )
        for (const [path, embedding] of embeddings) measured.set(path, embedding)
        const of = (pictures: readonly string[]) => pictures.map((path) => measured.get(path) ?? null)
        const result = evaluateIdentities(
          own.map(({ name: identity, pictures }, index) => ({
            name: identity,
            pictures: of(pictures),
            ...(given ? { references: of(given[index]!.pictures) } : {}),
          })),
          { shots: 1, draws: DRAWS, seed: SEED },
        )
        const seeds = result.rates.map((_, draw) => SEED + draw)
        figures.push(
          {
            name: `${name}, rank-1 of ${result.probes} probes`,
            unit: '%',
            values: result.rates.map((rate) => 100 * rate),
            backend,
            seeds,
            reference,
          },
          ...(result.undetected > 0
            ? [
                {
                  name: `${name}, nothing found, counted as errors`,
                  unit: 'pictures',
                  values: [result.undetected],
                  backend,
                },
              ]
            : []),
        )
      }
    })
  }
  writeResults('objects', figures)
}
