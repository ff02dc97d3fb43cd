import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { locallyConnected } from '../../../src-main/engine/training/layers.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { backends, resources } from '../fixture.ts'
import { draws } from '../training/fixture.ts'

const [HEIGHT, WIDTH, CHANNELS, FILTERS, SIZE, STRIDE] = [6, 7, 2, 3, 3, 2]
const [ROWS, COLUMNS] = [2, 3]

/** The layer as its definition reads: each place has a window of weights and a bias of its own. */
function byHand(x: Float32Array, kernel: Float32Array, bias: Float32Array): number[] {
  const out: number[] = []
  for (let row = 0; row < ROWS; row++)
    for (let column = 0; column < COLUMNS; column++)
      for (let filter = 0; filter < FILTERS; filter++) {
        const place = row * COLUMNS + column
        let sum = bias[place * FILTERS + filter]!
        for (let dy = 0; dy < SIZE; dy++)
          for (let dx = 0; dx < SIZE; dx++)
            for (let channel = 0; channel < CHANNELS; channel++) {
              const seen = x[((row * STRIDE + dy) * WIDTH + column * STRIDE + dx) * CHANNELS + channel]!
              const weight = (dy * SIZE + dx) * CHANNELS + channel
              sum += seen * kernel[(place * SIZE * SIZE * CHANNELS + weight) * FILTERS + filter]!
            }
        out.push(sum)
      }
  return out
}

describe.each(backends)('a locally connected layer on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it('gives each place its own weights', () => {
    const figure = (l: Parameters<typeof locallyConnected>[0], x: Parameters<typeof locallyConnected>[2]) =>
      tf.reshape(locallyConnected(l, 'l', x, { filters: FILTERS, size: SIZE, stride: STRIDE }), [x.shape[0], -1])
    const network = createNetwork('local', figure as never, [HEIGHT, WIDTH, CHANNELS], 1)
    const bias = draws(ROWS * COLUMNS * FILTERS, 5)
    network.write(new Map([...network.read()].map(([path, stored]) => [path, path === 'l/bias' ? { ...stored, values: bias } : stored]))) // prettier-ignore
    const pixels = draws(2 * HEIGHT * WIDTH * CHANNELS, 4)
    const found = network.forward(tf.tensor(pixels, [2, HEIGHT, WIDTH, CHANNELS]), { training: false }).dataSync()
    const kernel = network.read().get('l/kernel')!.values
    const half = pixels.length / 2
    const wanted = [byHand(pixels.slice(0, half), kernel, bias), byHand(pixels.slice(half), kernel, bias)].flat()
    expect(found.length).toBe(wanted.length)
    found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4))
    network.dispose()
  })
})
