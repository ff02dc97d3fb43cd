import { computed, shallowRef } from 'vue'
import type { ReviewAnswer, ReviewCard } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { useTask } from './useProblem.ts'
import { useUndo } from './useUndo.ts'

const PAGE = 500

const run = shallowRef<string>()
/** In the order of what an answer is worth. */
const cards = shallowRef<readonly ReviewCard[]>([])
const at = shallowRef(0)
const loaded = shallowRef(false)
const alsoEnrol = shallowRef(true)
const reading = useTask()
const answering = useTask()

const card = computed(() => cards.value[at.value])
const left = computed(() => cards.value.filter((each) => !each.answer).length)
const answered = computed(() => cards.value.length - left.value)

async function open(of: string): Promise<void> {
  run.value = of
  loaded.value = false
  cards.value = []
  const all = await reading.run(async () => {
    const found: ReviewCard[] = []
    for (;;) {
      const page = await api.reviewCards({ run: of, offset: found.length, limit: PAGE })
      found.push(...page.cards)
      if (page.cards.length === 0 || found.length >= page.total) return found
    }
  })
  if (!all || run.value !== of) return
  cards.value = all
  at.value = next(0)
  loaded.value = true
}

/** The first card from `from` on without an answer; one past the last when none is left. */
function next(from: number): number {
  const after = cards.value.findIndex((each, i) => i >= from && !each.answer)
  if (after >= 0) return after
  const before = cards.value.findIndex((each) => !each.answer)
  return before < 0 ? cards.value.length : before
}

function mark(item: number, answer: ReviewAnswer | undefined): void {
  cards.value = cards.value.map((each) => {
    if (each.item !== item) return each
    const changed: { -readonly [K in keyof ReviewCard]: ReviewCard[K] } = { ...each }
    if (answer) changed.answer = answer
    else delete changed.answer
    return changed
  })
}

/** One at a time: a key held down answers one card, not ten. */
async function answer(is: ReviewAnswer): Promise<void> {
  const now = card.value
  const of = run.value
  if (!now || !of || answering.busy.value) return
  const enrol = is === 'yes' && alsoEnrol.value
  const said = await answering.run(async () => {
    await api.answerCard({ run: of, item: now.item, answer: is, ...(enrol ? { enrol } : {}) })
    return true
  })
  if (!said || run.value !== of) return
  mark(now.item, is)
  at.value = next(at.value + 1)
}

async function undo(): Promise<void> {
  const of = run.value
  if (!of || answering.busy.value) return
  const back = await answering.run(() => api.undoAnswer(of))
  if (back === undefined || run.value !== of) return
  if (back === null) {
    useUndo().failed('No answer of this review is left to take back.')
    return
  }
  mark(back.item, undefined)
  const place = cards.value.findIndex((each) => each.item === back.item)
  if (place >= 0) at.value = place
}

export function useReview() {
  return { run, cards, card, at, left, answered, loaded, alsoEnrol, reading, answering, open, answer, undo }
}
