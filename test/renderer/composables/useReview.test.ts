// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { cards, hex } from '../learning.ts'
import { tellBridge } from '../told-bridge.ts'

let total = cards.length
let undone: number | undefined
const { asked, of } = tellBridge({
  reviewCards: ({ offset }: { offset: number }) => ({ cards: cards.slice(offset, offset + 5), total }),
  answerCard: () => new Promise((done) => setTimeout(done, 5)),
  undoAnswer: () => (undone === undefined ? null : { item: undone }),
})
const { useReview } = await import('../../../src-renderer/composables/useReview.ts')
const review = useReview()

beforeEach(async () => {
  total = cards.length
  undone = undefined
  await review.open(hex(2))
  asked.length = 0
  review.alsoEnrol.value = false
})

test('all cards are read, page by page, and the one worth most comes first', () => {
  expect(review.cards.value).toHaveLength(cards.length)
  expect(review.left.value).toBe(cards.length)
  expect(review.card.value).toEqual(cards[0])
})

test('an answer is stored before the next card comes, and counts once however often the key is pressed', async () => {
  await Promise.all([review.answer('yes'), review.answer('yes'), review.answer('no')])
  expect(of('answerCard')).toEqual([{ run: hex(2), item: cards[0]!.item, answer: 'yes' }])
  expect(review.card.value).toEqual(cards[1])
  expect(review.left.value).toBe(cards.length - 1)
})

test('only a yes enrols, and only while the switch is on', async () => {
  review.alsoEnrol.value = true
  await review.answer('no')
  await review.answer('yes')
  review.alsoEnrol.value = false
  await review.answer('yes')
  expect(of('answerCard').map((request) => (request as { enrol?: boolean }).enrol)).toEqual([
    undefined,
    true,
    undefined,
  ])
})

test('undo takes the last answer back and shows its card again', async () => {
  await review.answer('no')
  await review.answer('skip')
  undone = cards[1]!.item
  await review.undo()
  expect(review.card.value).toEqual(cards[1])
  expect(review.left.value).toBe(cards.length - 1)
})

test('answered cards are passed over, and after the last there is none', async () => {
  for (let i = 0; i < cards.length; i++) await review.answer('skip')
  expect(review.card.value).toBeUndefined()
  expect(review.left.value).toBe(0)
})
