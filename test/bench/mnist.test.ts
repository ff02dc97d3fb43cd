import { describe, expect, it } from 'vitest'
import { drawLabelled } from '../../bench/mnist.ts'

describe('the labelled digits of a draw', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => (i * 7) % 10)

  it('are as many of each class, each once, and of that class', () => {
    const places = drawLabelled(labels, 10, 0)
    expect(places.map((own) => own.length)).toEqual(Array.from({ length: 10 }, () => 10))
    expect(new Set(places.flat()).size).toBe(100)
    places.forEach((own, label) => own.forEach((place) => expect(labels[place]).toBe(label)))
  })

  it('are the same for the same seed and others for another', () => {
    expect(drawLabelled(labels, 10, 3)).toEqual(drawLabelled(labels, 10, 3))
    expect(drawLabelled(labels, 10, 3)).not.toEqual(drawLabelled(labels, 10, 4))
  })
})
