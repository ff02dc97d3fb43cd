import { describe, expect, it } from 'vitest'
import type { Identities, OneShot } from '../../bench/metric-data.ts'
import { onPixels, oneShot } from '../../bench/metric-judge.ts'
import { BATCH, drawBatch } from '../../bench/metric-losses.ts'
import { below } from '../../bench/metric-report.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'

/** Six alphabets of five characters with seven drawings each; a picture is one pixel. */
const characters: Identities = {
  pictures: { values: new Uint8Array(210), height: 1, width: 1, channels: 1 },
  members: Array.from({ length: 30 }, (_, i) => Array.from({ length: 7 }, (_, j) => 7 * i + j)),
  groups: Array.from({ length: 6 }, (_, i) => Array.from({ length: 5 }, (_, j) => 5 * i + j)),
}
const characterOf = (place: number) => Math.floor(place / 7)

describe('a batch of the metric losses', () => {
  it('has four different drawings of each of sixteen characters, which come from four alphabets', () => {
    const { places, labels } = drawBatch(characters, createRandom(1), false)
    expect(new Set(places).size).toBe(BATCH.identities * BATCH.each)
    expect(new Set(places.map(characterOf)).size).toBe(BATCH.identities)
    expect(new Set(places.map((place) => Math.floor(characterOf(place) / 5))).size).toBe(BATCH.groups)
    // One of each character first: those are the references, in the order of their labels.
    expect(labels.slice(0, BATCH.identities)).toEqual(Array.from({ length: BATCH.identities }, (_, i) => i))
    places.forEach((place, i) => expect(characterOf(place)).toBe(characterOf(places[labels[i]!]!)))
  })

  it('names all characters for a classifier', () => {
    const { places, labels } = drawBatch(characters, createRandom(2), true)
    expect(labels).toEqual(places.map(characterOf))
  })

  it('takes pictures again where an identity has too few', () => {
    const members = characters.members.map((places) => places.slice(0, 2))
    const { places } = drawBatch({ ...characters, members }, createRandom(3), false)
    expect(places.length).toBe(BATCH.identities * BATCH.each)
    expect(new Set(places).size).toBe(2 * BATCH.identities)
  })
})

describe('the one-shot rule', () => {
  const run: OneShot = {
    pictures: { values: Uint8Array.of(0, 100, 200, 90, 10, 201), height: 1, width: 1, channels: 1 },
    references: [0, 1, 2],
    probes: [3, 4, 5],
    truth: [1, 0, 0],
  }

  it('takes the reference that a probe is nearest to: here right for two of three', () => {
    expect(onPixels([run])[0]).toBeCloseTo(200 / 3, 6)
  })

  it('takes whatever measure it is given', () => {
    const rows = Array.from(run.pictures.values, (value) => Float32Array.of(value))
    // The most unlike one: wrong for the first probe, whose farthest is the last reference.
    expect(oneShot(run, rows, (a, b) => -Math.abs(a[0]! - b[0]!))).toBeCloseTo(100 / 3, 6)
  })
})

it('counts the seeds in which one loss is below another', () => {
  expect(below([1, 5, 2], [2, 4, 3])).toBe('2 of 3')
})
