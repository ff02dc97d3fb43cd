import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { tf } from '../src-main/engine/tf.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import type { Random } from '../src-main/engine/training/random.ts'
import { readGlyph, together, type Alphabet } from './omniglot-glyphs.ts'
import { unit } from './omniglot-training.ts'
import { drawViews, type Distortion } from './omniglot-views.ts'

/** A glyph as it is, its strokes thickened by what is usual in training. */
const STILL: Distortion = { movement: {}, thicken: [0.9, 0.9] }
/** What a drawing is seen under when several views of it are averaged. */
const GENTLE: Distortion = {
  movement: { rotation: 0.12, scale: 0.1, shear: 0.12, shift: 1, elastic: { spacing: 12, strength: 0.5 } },
  thicken: [0.6, 1.3],
}
const BATCH = 128

/**
 * The unit embedding of each glyph: of the mean of the unit embeddings of its views, the first of them undistorted.
 * @returns one row of D a glyph
 */
export function embed(
  network: Network,
  glyphs: Pictures,
  places: readonly number[],
  views: number,
  random: Random,
): Float32Array[] {
  const [side] = network.input
  const rows = places.map(() => new Float32Array(network.dimensions))
  for (let view = 0; view < views; view++)
    for (let from = 0; from < places.length; from += BATCH) {
      const some = places.slice(from, from + BATCH)
      const pixels = drawViews(glyphs, some, view === 0 ? STILL : GENTLE, random)
      const units = tf.tidy(() => {
        const x = tf.tensor4d(pixels, [some.length, side, side, 1])
        return unit(network.forward(x, { training: false })).dataSync()
      })
      some.forEach((_, i) => {
        const row = rows[from + i]!
        for (let k = 0; k < row.length; k++) row[k]! += units[i * row.length + k]!
      })
    }
  for (const row of rows) {
    const length = Math.hypot(...row)
    for (let k = 0; k < row.length; k++) row[k]! /= length
  }
  return rows
}

function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/** The one-shot rule: argmax_i similarity(reference_i, probe) (method.md, 2). */
export function nearest(probe: Float32Array, references: readonly Float32Array[]): number {
  let best = 0
  for (let i = 1; i < references.length; i++)
    if (similarity(probe, references[i]!) > similarity(probe, references[best]!)) best = i
  return best
}

export interface Run {
  readonly name: string
  readonly glyphs: Pictures
  /** Places of the glyphs. */
  readonly references: readonly number[]
  readonly probes: readonly number[]
  /** By probe, the place of its reference. */
  readonly truth: readonly number[]
}

/** One of Lake's runs as it lies on disk. */
interface RunFiles extends Omit<Run, 'glyphs'> {
  /** The training pictures, then the test pictures. */
  readonly files: readonly string[]
}

/** Lake's runs: `<run>/class_labels.txt` gives each test picture its training picture. */
export function runFiles(folder: string): RunFiles[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'class_labels.txt')))
  return names.sort().map((name) => {
    const lines = readFileSync(join(folder, name, 'class_labels.txt'), 'utf8')
      .trim()
      .split('\n')
    const pairs = lines.map((line) => line.trim().split(/\s+/) as [string, string])
    const classes = [...new Set(pairs.map(([, reference]) => reference))].sort()
    return {
      name,
      files: [...classes, ...pairs.map(([probe]) => probe)].map((path) => join(folder, path)),
      references: classes.map((_, i) => i),
      probes: pairs.map((_, i) => classes.length + i),
      truth: pairs.map(([, reference]) => classes.indexOf(reference)),
    }
  })
}

export async function readRuns(folder: string): Promise<Run[]> {
  return Promise.all(
    runFiles(folder).map(async ({ files, ...run }) => ({
      ...run,
      glyphs: together(await Promise.all(files.map((file) => readGlyph(file)))),
    })),
  )
}

/** The share of probes told right in each run. */
export function judgeRuns(network: Network, runs: readonly Run[], views: number, random: Random): number[] {
  return runs.map(({ glyphs, references, probes, truth }) => {
    const rows = embed(network, glyphs, [...references, ...probes], views, random)
    const gallery = rows.slice(0, references.length)
    return truth.filter((place, i) => nearest(rows[references.length + i]!, gallery) === place).length / truth.length
  })
}

/** Embeddings of an alphabet, by character and drawer. */
export type Embedded = readonly (readonly Float32Array[])[]

export function embedAlphabet(
  network: Network,
  glyphs: Pictures,
  { characters }: Alphabet,
  views: number,
  random: Random,
): Embedded {
  const rows = embed(network, glyphs, characters.flat(), views, random)
  let row = 0
  return characters.map((drawings) => drawings.map(() => rows[row++]!))
}

/**
 * Episodes of `ways` characters: one drawer gives the references, another the probes, one of each character.
 * @returns the share of probes told right in each episode
 */
export function judgeEpisodes(characters: Embedded, ways: number, episodes: number, random: Random): number[] {
  return Array.from({ length: episodes }, () => {
    const chosen = Array.from(random.permutation(characters.length).slice(0, ways), (index) => characters[index]!)
    const drawers = chosen[0]!.length
    const first = random.integer(drawers)
    const second = (first + 1 + random.integer(drawers - 1)) % drawers
    const references = chosen.map((drawings) => drawings[first]!)
    return chosen.filter((drawings, i) => nearest(drawings[second]!, references) === i).length / chosen.length
  })
}
