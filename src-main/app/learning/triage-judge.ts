import type { TrainerApi, TriageNumbers } from '../../contract/trainer-api.ts'
import type { Advice, Box, Profile } from '../../contract/types.ts'
import { overlap, SAME_BOX } from '../boxes.ts'
import type { Parts } from '../parts.ts'
import type { Reference } from './references.ts'
import type { StoredItem } from './triage-view.ts'

/** What was found in a photo, in the order of the rows that the trainer has. */
export interface Row {
  readonly path: string
  readonly sha256: string
  readonly which: number
  readonly box: Box
  readonly good: boolean
}

interface About {
  readonly profile: Profile
  readonly model: string
  /** Identity of each class. */
  readonly classes: readonly string[]
}

/** What each photo is: by its bytes where they tell, else by its numbers. */
export async function judge(
  parts: Parts,
  trainer: Pick<TrainerApi, 'triage'>,
  rows: readonly Row[],
  known: readonly Reference[],
  about: About,
): Promise<{ items: StoredItem[]; rule: string; advice?: Advice }> {
  const { thresholds } = await parts.calibrations(about.profile, about.model)
  const classOf = new Map(about.classes.map((id, number) => [id, number]))
  const photoOf = new Map<string, number>()
  for (const { path } of rows) if (!photoOf.has(path)) photoOf.set(path, photoOf.size)
  const numbers = await trainer.triage({
    photo: Int32Array.from(rows, ({ path }) => photoOf.get(path)!),
    labels: Int32Array.from(known, ({ identityId }) => classOf.get(identityId)!),
    classes: about.classes.length,
    known: thresholds.known,
  })
  const first = new Map<string, number>()
  const enrolled = (row: Row) =>
    known.some(({ sha256, box }) => sha256 === row.sha256 && overlap(box, row.box) >= SAME_BOX)
  const items = rows.map((row, index): StoredItem => {
    const bytes = `${row.sha256} ${row.which}`
    const twin = first.get(bytes)
    if (twin === undefined) first.set(bytes, index)
    const item = itemOf(row, index, numbers, known)
    // The very bytes of a sample, or of a photo that came before.
    if (enrolled(row)) return { ...item, kind: 'enrolled', weight: 0 }
    if (twin !== undefined) return { ...item, kind: 'near-duplicate', of: twin, weight: 0 }
    return item
  })
  return { items, rule: numbers.rule, ...(numbers.advice && { advice: numbers.advice }) }
}

function itemOf(row: Row, index: number, numbers: TriageNumbers, known: readonly Reference[]): StoredItem {
  const kind = numbers.kind[index]!
  const of = numbers.of[index]!
  const group = numbers.group[index]!
  const nearest = known[numbers.nearest[index]!]
  return {
    ...row,
    kind,
    weight: numbers.weight[index]!,
    ...(kind === 'near-duplicate' && of >= 0 && { of }),
    ...(kind === 'recurring-unknown' && group >= 0 && { group }),
    ...(nearest && {
      nearest: {
        identityId: nearest.identityId,
        sampleId: nearest.sampleId,
        distance: numbers.distance[index]!,
      },
    }),
  }
}
