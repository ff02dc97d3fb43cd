import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Gallery } from '../../../db/gallery.ts'
import { describeFolder, modelsFolder, moveIn } from '../../../src-main/app/models/model-folder.ts'
import type { Comparison } from '../../../src-main/contract/types.ts'
import { writeHead } from '../../../src-main/engine/heads/head-file.ts'
import { thresholds } from './fixture.ts'

const PARTS = { face: [192], object: [1280, 144] }

/** A projection of the real features that stands for a learned head; it keeps what is near near. */
export function projection(profile: 'face' | 'object', base: string, dimensions = 64) {
  const lengths = PARTS[profile]
  const size = lengths.reduce((sum, length) => sum + length, 0)
  const weights = Float32Array.from({ length: size * dimensions }, (_, i) => Math.sin(i * 12.9898 + (i % 32)))
  const shares = lengths.length === 1 ? [1] : [0.75, 0.25]
  const parts = lengths.map((length, i) => ({ mean: new Float32Array(length), share: shares[i]! }))
  return { profile, base, parts, dimensions, weights }
}

/** Registers such a head as a model that nothing found better. @returns its id */
export async function putHead(
  gallery: Gallery,
  data: string,
  profile: 'face' | 'object',
  base: string,
  found?: Comparison,
): Promise<string> {
  const making = join(modelsFolder(data), 'making.part')
  mkdirSync(making, { recursive: true })
  const head = projection(profile, base)
  writeHead(making, head)
  const { dimensions } = head
  const folder = await describeFolder(making, {
    profile,
    kind: 'head',
    base,
    dimensions,
    calibration: thresholds(profile),
  })
  const { id, bytes, sha256 } = folder
  moveIn(data, making, folder)
  gallery.registerModel({
    ...{ id, profile, kind: 'head', dimensions, trainedOn: [], prototypes: [] },
    facts: {
      ...{ title: `${profile}-1`, bytes, sha256, ...(found && { comparison: found }) },
      calibration: { ...thresholds(profile), profile, model: id },
    },
  })
  return id
}
