import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inOrder } from '../../src-main/app/in-order.ts'

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i
}

describe('inOrder', () => {
  it('hands results out in the order of the items, and never works on more than it may', async () => {
    let running = 0
    let most = 0
    const taken: number[] = []
    await inOrder(
      numbers(40),
      3,
      new AbortController().signal,
      async (item) => {
        most = Math.max(most, ++running)
        await pause((item * 7) % 5)
        running--
        return item
      },
      (item) => void taken.push(item),
    )
    expect(taken).toEqual(Array.from({ length: 40 }, (_, i) => i))
    expect(most).toBe(3)
  })

  it('ends at once when aborted, although an item never ends, and takes nothing more', async () => {
    const abort = new AbortController()
    const taken: number[] = []
    const run = inOrder(
      numbers(10),
      2,
      abort.signal,
      (item) => (item < 3 ? Promise.resolve(item) : new Promise<number>(() => {})),
      (item) => void taken.push(item),
    )
    await pause(20)
    abort.abort()
    await run
    expect(taken).toEqual([0, 1, 2])
  })

  it('fails with the first error, and leaves no other unheard', async () => {
    await expect(
      inOrder(
        numbers(10),
        3,
        new AbortController().signal,
        async (item) => {
          if (item > 1) throw new Error(`item ${item}`)
          return item
        },
        () => undefined,
      ),
    ).rejects.toThrow('item 2')
    await pause(20)
  })
})
