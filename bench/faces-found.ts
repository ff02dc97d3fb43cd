import { globSync } from 'node:fs'
import { basename, join, parse, sep } from 'node:path'
import { dataSet } from './data.ts'
import { onEngine } from './engine.ts'
import { percentile, writeResults, type Figure } from './results.ts'

/** Pictures of face_recognition-images with two people in front; every other one of them shows one. */
const PAIRS = new Set(['two_people', 'kit_with_rose', 'obama_and_biden'])
/** From this many megapixels on a picture counts as large. */
const LARGE = 10
/** Three pictures of compreface-samples are 3880 × 5184. */
const NAMED_WIDTH = 3880

/** compreface-samples: the name ends in the number of faces, or in the letter of the one person. */
function expectedFaces(path: string): number {
  const stem = parse(path).name
  const ending = /_([A-Z]|\d+)$/.exec(stem)?.[1]
  if (path.includes(`${sep}compreface-samples${sep}`)) return ending && /\d/.test(ending) ? Number(ending) : 1
  return PAIRS.has(stem) ? 2 : 1
}

/** How many faces are found beside how many are there, and how long a picture takes from file to embeddings. */
export async function facesFoundBench(): Promise<void> {
  const figures: Figure[] = []
  const folders = [await dataSet('face_recognition-images'), await dataSet('compreface-samples')]
  const paths = folders.flatMap((folder) => globSync(join(folder, '**', '*.{jpg,jpeg,png}'))).sort()
  for (const backend of ['tfjs-node', 'wasm'] as const) {
    await onEngine(backend, async (engine) => {
      await engine.look({ source: { path: paths[0]! }, profile: 'face' })
      const rows: {
        path: string
        found: number
        expected: number
        seconds: number
        megapixels: number
        width: number
      }[] = []
      for (const path of paths) {
        const started = performance.now()
        const found = await engine.look({ source: { path }, profile: 'face' }).then(
          (look) => ({ faces: look.found.length, megapixels: (look.width * look.height) / 1e6, width: look.width }),
          (error: { code?: string; message: string }) => {
            if (error.code === 'no-face') return { faces: 0, megapixels: 0, width: 0 }
            throw error
          },
        )
        const seconds = (performance.now() - started) / 1000
        rows.push({
          path,
          found: found.faces,
          expected: expectedFaces(path),
          seconds,
          megapixels: found.megapixels,
          width: found.width,
        })
        if (found.faces !== expectedFaces(path))
          console.log(`${basename(path)}: ${found.faces} found, ${expectedFaces(path)} named`)
      }
      const large = rows.filter(({ megapixels }) => megapixels >= LARGE)
      const named = rows.filter(({ width }) => width === NAMED_WIDTH)
      const group = rows.filter(({ expected }) => expected > 1)
      const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0)
      figures.push(
        {
          name: 'faces found in group photos, of those named (at most as many as named are counted)',
          unit: `of ${sum(group.map(({ expected }) => expected))} faces in ${group.length} photos`,
          values: [sum(group.map(({ found, expected }) => Math.min(found, expected)))],
          backend,
        },
        {
          name: 'pictures with exactly as many faces found as named',
          unit: `of ${rows.length} pictures`,
          values: [rows.filter(({ found, expected }) => found === expected).length],
          backend,
        },
        {
          name: 'pictures with fewer faces found than named',
          unit: 'pictures',
          values: [rows.filter(({ found, expected }) => found < expected).length],
          backend,
        },
        {
          name: `time of a picture of ${LARGE} megapixels and more`,
          unit: 's',
          values: large.map(({ seconds }) => seconds),
          backend,
        },
        {
          name: 'time of a picture of 3880 × 5184',
          unit: 's',
          values: named.map(({ seconds }) => seconds),
          backend,
          reference: { what: 'limit of each', value: 2 },
        },
        { name: 'slowest picture', unit: 's', values: [Math.max(...rows.map(({ seconds }) => seconds))], backend },
        {
          name: 'median time of a picture',
          unit: 's',
          values: [
            percentile(
              rows.map(({ seconds }) => seconds),
              0.5,
            ),
          ],
          backend,
        },
      )
    })
  }
  writeResults('faces-found', figures)
}
