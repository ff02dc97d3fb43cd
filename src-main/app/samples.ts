import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Adopted, BundledSamples } from '../contract/types.ts'
import type { Pictures } from './pictures.ts'

/** A file, perhaps in a folder: the list cannot lead out of its own. */
const file = z.string().regex(/^(?:[\w-]+\/)?[\w -]+\.\w+$/)
const manifest = z.object({
  enrol: z.array(z.object({ name: z.string(), file })),
  probes: z.array(z.object({ file })),
  verify: z.array(z.object({ left: file, right: file })),
})

/** The pictures that ship with the program, as resources/samples/manifest.json lists them; none when it is not there. */
export async function bundledSamples(resources: string, pictures: Pictures): Promise<BundledSamples> {
  const folder = join(resources, 'samples')
  let text: string
  try {
    text = await readFile(join(folder, 'manifest.json'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { enrol: [], probes: [], verify: [] }
    throw error
  }
  const { enrol, probes, verify } = manifest.parse(JSON.parse(text))
  const adopt = (name: string): Adopted => ({
    token: pictures.addPath(join(folder, name)),
    name: basename(name),
    isFolder: false,
  })
  return {
    enrol: enrol.map(({ name, file }) => ({ name, picture: adopt(file) })),
    probes: probes.map(({ file }) => adopt(file)),
    verify: verify.map(({ left, right }) => ({ left: adopt(left), right: adopt(right) })),
  }
}
