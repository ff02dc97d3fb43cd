import { join } from 'node:path'
import type { AnswerRequest } from '../../contract/learning-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Match, ReviewCard } from '../../contract/types.ts'
import { enrol } from '../enrol.ts'
import type { Parts } from '../parts.ts'
import type { Answered, RunData, StoredRun } from './run-store.ts'
import type { Runs } from './runs.ts'

/** Pseudo-labels less certain than this (entropy over the largest possible) are worth a question at all. */
const CERTAIN = 0.02

/** What a run answers about one photo. */
interface Guess {
  readonly row: number
  readonly best: number
  readonly second: number
  readonly probability: number
  readonly distance: number
  readonly hangs: number
  readonly worth: number
}

function guesses(runs: Runs, id: string): Guess[] {
  const kept = runs.store.answers(id).read()
  if (!kept) return []
  const [classes, probabilities, entropy, hangs, , , distance] = kept.numbers as Float32Array[]
  const found: Guess[] = []
  for (let row = 0; row < entropy!.length; row++) {
    const best = classes![2 * row]!
    if (best < 0 || entropy![row]! < CERTAIN) continue
    const worth = entropy![row]! * (1 + hangs![row]!)
    found.push({
      row,
      best,
      second: classes![2 * row + 1]!,
      probability: probabilities![2 * row]!,
      distance: distance![row]!,
      hangs: hangs![row]!,
      worth,
    })
  }
  return found.sort((a, b) => b.worth - a.worth || a.row - b.row)
}

/** Cards in the order of what an answer is worth; those answered stay in their place and say so. */
export function reviewCards(
  parts: Parts,
  runs: Runs,
  { run, offset, limit }: { run: string; offset: number; limit: number },
): { cards: ReviewCard[]; total: number } {
  const { stored } = runs.find(run)
  const data = runs.store.data(run)
  if (!data) return { cards: [], total: 0 }
  const answers = new Map(runs.store.reviewed(run).map((one) => [one.item, one.answer]))
  // An identity that was deleted since cannot be asked about.
  const open = guesses(runs, run).filter(({ best }) => matchOf(parts, stored, data, best, 0) !== undefined)
  const cards = open.slice(offset, offset + limit).map((guess): ReviewCard => {
    const { item, path, box } = data.photos[guess.row]!
    const second = matchOf(parts, stored, data, guess.second, undefined)
    const answer = answers.get(item)
    return {
      item,
      token: parts.pictures.addPath(join(stored.folder, path)),
      path,
      box,
      candidate: matchOf(parts, stored, data, guess.best, guess.distance)!,
      ...(second && { second }),
      probability: guess.probability,
      hangs: guess.hangs,
      worth: guess.worth,
      ...(answer && { answer }),
    }
  })
  return { cards, total: open.length }
}

/** @param distance to the best class; the second's is unknown and counts as the largest possible */
function matchOf(
  parts: Parts,
  stored: StoredRun,
  data: RunData,
  number: number,
  distance: number | undefined,
): Match | undefined {
  const known = stored.classes[number]
  const identity = known && parts.gallery.findIdentity(known.id)
  const reference = data.references.find((one) => one.class === number)
  if (!identity || !reference) return undefined
  const away = distance ?? 2
  return {
    identityId: identity.id,
    name: identity.name,
    sampleId: identity.cover ?? reference.sampleId,
    distance: away,
    similarity: 1 - away ** 2 / 2,
  }
}

/**
 * 'no' is stored with the gallery and obeyed at once; 'yes' enrols the photo when asked to, and is stored as a label of the
 * next runs otherwise. @throws AppError not-found
 */
export async function answerCard(parts: Parts, runs: Runs, request: AnswerRequest): Promise<void> {
  const { run, item, answer } = request
  const { stored } = runs.find(run)
  const data = runs.store.data(run)
  const row = data?.photos.findIndex((photo) => photo.item === item) ?? -1
  const guess = row < 0 ? undefined : guesses(runs, run).find((one) => one.row === row)
  if (!data || !guess) throw new AppError('not-found', 'This card is no longer there.')
  const photo = data.photos[row]!
  const identityId = stored.classes[guess.best]!.id
  const before = runs.store.reviewed(run).find((one) => one.item === item)
  if (before) takeBack(parts, before)
  const done: Answered = { item, answer, at: Date.now(), ...(await effect()) }
  const others = runs.store.reviewed(run).filter((one) => one.item !== item)
  runs.store.putReviewed(run, [...others, done])

  async function effect(): Promise<Pick<Answered, 'cannotLink' | 'mustLink' | 'sample'>> {
    if (answer === 'no') {
      const cannotLink = parts.gallery.cannotLink(photo.sha256, photo.box, identityId)
      parts.changed([])
      return { cannotLink }
    }
    if (answer === 'skip') return {}
    if (request.enrol !== true) {
      const mustLink = parts.gallery.mustLink(photo.sha256, photo.box, identityId)
      parts.changed([])
      return { mustLink }
    }
    const picture = parts.pictures.addPath(join(stored.folder, photo.path))
    const { profile } = stored.run
    const { sample } = await enrol(parts, {
      picture,
      profile,
      to: { identityId },
      override: true,
      ...(profile === 'face' && { box: photo.box }),
    })
    return { sample: sample.id }
  }
}

/** Takes back the last answer of this run's review; null when there is none. */
export function undoAnswer(parts: Parts, runs: Runs, run: string): { item: number } | null {
  runs.find(run)
  const answers = runs.store.reviewed(run)
  const last = answers.at(-1)
  if (!last) return null
  takeBack(parts, last)
  runs.store.putReviewed(run, answers.slice(0, -1))
  return { item: last.item }
}

function takeBack(parts: Parts, { cannotLink, mustLink, sample }: Answered): void {
  for (const link of [cannotLink, mustLink]) if (link !== undefined) parts.gallery.removeLink(link)
  // The sample may be gone by another hand.
  if (sample !== undefined && parts.gallery.ownerOf(sample) !== undefined) parts.gallery.deleteSample(sample)
  parts.changed(sample === undefined ? [] : [sample])
}
