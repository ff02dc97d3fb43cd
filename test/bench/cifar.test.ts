import { describe, expect, it } from 'vitest'
import { shrunk, taken } from '../../bench/cifar.ts'

/** Two pictures of 2 × 4 pixels and two colours: 0 … 15 and 100 … 115. */
const pictures = {
  values: Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? i : 84 + i)),
  height: 2,
  width: 4,
  channels: 2,
}

describe('pictures of a bench', () => {
  it('are taken with their classes, in the order that is asked for', () => {
    const { pictures: two, labels } = taken({ pictures, labels: Uint8Array.of(7, 3) }, [1, 0, 1])
    expect([...labels]).toEqual([3, 7, 3])
    expect([two.values[0], two.values[16], two.values[32], two.values.length]).toEqual([100, 0, 100, 48])
  })

  it('become smaller by the mean of each block, colour by colour', () => {
    const halved = shrunk(pictures, 1, 2)
    expect([halved.height, halved.width, halved.channels]).toEqual([2, 2, 2])
    expect([...halved.values]).toEqual([1, 2, 5, 6, 9, 10, 13, 14, 101, 102, 105, 106, 109, 110, 113, 114])
    // Of 0, 2, 8 and 10 the mean is 5.
    expect([...shrunk(pictures, 2, 2).values]).toEqual([5, 6, 9, 10, 105, 106, 109, 110])
  })

  it('lose the column that fills no block', () => {
    const narrow = shrunk(pictures, 2, 3)
    expect([narrow.height, narrow.width, narrow.values.length]).toEqual([1, 1, 4])
  })
})
