import type { Backbone } from '../../../src-main/engine/backbone.ts'
import { featuresOf } from '../../../src-main/engine/fine-tuning/features.ts'
import { cutBackbone, parametersOf } from '../../../src-main/engine/fine-tuning/cut.ts'
import { createLooks, type Crops } from '../../../src-main/engine/fine-tuning/looks.ts'
import type { HeadData } from '../../../src-main/engine/heads/data.ts'

export const VIEWS = 2

/** A thing in its own colours and stripes, seen a little differently each time: side × side × 3. */
export function crop(side: number, thing: number, look: number): Uint8Array {
  const out = new Uint8Array(side * side * 3)
  const angle = thing * 0.9 + look * 0.05
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const wave = 2 + thing * 1.5
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let k = 0; k < 3; k++, at++) {
        const across = ((x * cos + y * sin) / side) * wave * 2 * Math.PI
        out[at] = 128 + 70 * Math.sin(across + look + k * thing) + ((x * 31 + y * 17 + look * 7) % 23)
      }
  return out
}

/** So many things with one reference each and `each` photos of them in the folder. */
export function crops(side: number, things: number, each: number): Crops {
  const size = side * side * 3
  const photos = new Uint8Array(things * each * size)
  const references = new Uint8Array(things * size)
  for (let thing = 0; thing < things; thing++) {
    references.set(crop(side, thing, 100), thing * size)
    for (let look = 0; look < each; look++) photos.set(crop(side, thing, look), (thing * each + look) * size)
  }
  return { photos, references }
}

/** The crops with features of the shipped backbone. */
export function headData(backbone: Backbone, all: Crops, things: number, each: number): HeadData {
  const cut = cutBackbone(backbone, 1)
  const rows = featuresOf(cut, createLooks(backbone, cut, all, VIEWS), parametersOf(cut.start))
  cut.dispose()
  const beside = backbone.beside(all.photos.subarray(0, backbone.side ** 2 * 3)).length
  return {
    profile: backbone.profile,
    base: 'shipped',
    parts: beside > 0 ? [rows.photos.columns - beside, beside] : [rows.photos.columns],
    ...rows,
    labels: Int32Array.from({ length: things }, (_, i) => i),
    identities: Array.from({ length: things }, (_, i) => `identity ${i}`),
    weights: new Float32Array(things * each).fill(1),
    cannotLink: [],
    mustLink: [],
  }
}
