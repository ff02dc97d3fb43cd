import { AppError } from '../../src-main/contract/errors.ts'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openGalleryFile, type Gallery, type NewSample } from '../../db/gallery.ts'

export const KEY = Buffer.alloc(32, 7)
export const MODEL = 'test-model'
export const D = 16

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function openGallery(path: string, key: Uint8Array = KEY): Gallery {
  const gallery = openGalleryFile(path).open(key)
  onTestFinished(() => gallery.close())
  return gallery
}

export const newGallery = (): Gallery => openGallery(join(temporaryFolder(), 'gallery.db'))

export function unitVector(seed: number, dimensions = D): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233))
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

export function newSample(change: Partial<NewSample> = {}): NewSample {
  return {
    box: { x: 1, y: 2, width: 30, height: 40.5 },
    drawn: false,
    quality: { passes: true, checks: [] },
    overridden: false,
    keeps: 'crop',
    sourceName: 'source.jpg',
    sourceSha256: randomBytes(32).toString('hex'),
    width: 640,
    height: 480,
    thumbnail: randomBytes(200),
    kept: randomBytes(400),
    ...change,
  }
}

let seed = 0
export const enrol = (
  gallery: Gallery,
  to: { name: string } | { identityId: string },
  change: Partial<NewSample> = {},
) => gallery.enrol(to, 'face', MODEL, unitVector(seed++), newSample(change))

/** The code of the AppError that an act throws; 'none' when it throws nothing. */
export const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'none'
}
