import { describe, expect, it } from 'vitest'
import type { Photos } from '../../bench/cifar.ts'
import { labelledPart } from '../../bench/cifar4000.ts'

/** So many of each of ten classes, each picture of one grey: its class, and 100 more in the test. */
function photos(each: number, grey: number): Photos {
  const labels = Uint8Array.from({ length: 10 * each }, (_, i) => Math.floor(i / each))
  const size = 32 * 32 * 3
  const values = new Uint8Array(labels.length * size)
  labels.forEach((label, i) => values.fill(grey + label, i * size, (i + 1) * size))
  return { pictures: { values, height: 32, width: 32, channels: 3 }, labels }
}

describe('CIFAR-10 with 4,000 labels', () => {
  const [train, test] = [photos(410, 0), photos(205, 100)]
  const { pictures, labels, labelled, unlabelled, asked } = labelledPart(train, test, 3)
  const greyOf = (place: number) => pictures.values[place * 16 * 16 * 3]

  it('learns from 400 of each class by name and from all others without', () => {
    expect([labelled.length, unlabelled.length]).toEqual([4000, 100])
    expect(new Set([...labelled, ...unlabelled]).size).toBe(4100)
    const counts = Array.from({ length: 10 }, (_, label) => labelled.filter((place) => labels[place] === label).length)
    expect(counts).toEqual(Array(10).fill(400))
  })

  it('asks 200 of each class of the test, and each picture stands beside its class', () => {
    expect([pictures.height, pictures.width, new Set(asked).size]).toEqual([16, 16, 2000])
    expect([...asked].every((place) => greyOf(place) === 100 + labels[place]!)).toBe(true)
    expect([...labelled, ...unlabelled].every((place) => greyOf(place) === labels[place])).toBe(true)
  })

  it('draws other labels for another seed, and the same test', () => {
    const other = labelledPart(train, test, 4)
    expect([...other.labelled]).not.toEqual([...labelled])
    expect([...other.asked]).toEqual([...asked])
  })
})
