import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import { isOwn, type Job, type Problem, type Profile, type ShippedProfile } from '../../contract/types.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import type { Control } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { walk, type Listed } from '../walk.ts'
import { judge, type Row } from './triage-judge.ts'
import { gather, type GatheredPicture } from './gather.ts'
import { references, type Reference } from './references.ts'
import { refusalOf } from './refusals.ts'
import { createTable } from './table.ts'
import type { StoredItem, StoredTriage } from './triage-view.ts'
import type { TriageStore } from './triage-store.ts'

/** Looks through a folder; the triage is kept when the job is done. @throws AppError wrong-use, not-found */
export function startTriage(
  parts: Parts,
  store: TriageStore,
  request: { readonly folder: string; readonly profile: Profile },
): Job {
  const { profile } = request
  if (isOwn(profile))
    throw new AppError(
      'wrong-use',
      'Photos without names teach the profiles that come with the app. A profile of your own learns from a labelled folder: train it again from scratch.',
    )
  const source = parts.pictures.source(request.folder)
  if (!('path' in source)) throw new AppError('wrong-use', 'A look through photos needs a folder.')
  const { path } = source
  return parts.jobs.start('triage', basename(path), profile, async (control) => {
    store.add(await look(parts, path, profile, control))
  })
}

interface Seen {
  readonly relative: string
  /** By its name it is a picture. */
  readonly isPicture: boolean
  readonly picture?: GatheredPicture
  readonly problem?: Problem
}

async function look(parts: Parts, folder: string, profile: ShippedProfile, control: Control): Promise<StoredTriage> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new AppError('not-found', `The folder "${basename(folder)}" is not there. Choose it again.`)
  void count(folder, control)
  const model = await parts.modelOf(profile)
  const wanted = { profile, model, views: 0 }
  const trainer = parts.startTrainer(() => undefined)
  control.signal.addEventListener('abort', () => trainer.kill(), { once: true })
  try {
    const embeddings = createTable(trainer, 'embeddings')
    const hashes = createTable(trainer, 'hashes')
    const rows: Row[] = []
    const unreadable: StoredItem[] = []
    let files = 0

    async function see({ path, relative, problem }: Listed): Promise<Seen> {
      if (problem) return { relative, isPicture: false, problem }
      try {
        return { relative, isPicture: true, picture: await gather(parts, { path }, wanted) }
      } catch (error) {
        if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
        return { relative, isPicture: true, problem: { code: error.code, message: error.message } }
      }
    }

    function take({ relative, isPicture, picture, problem }: Seen): void {
      const found = picture?.found ?? []
      const reason = problem ?? (found.length === 0 ? nothingFound(relative) : undefined)
      control.count(reason !== undefined)
      if (isPicture) files++
      if (reason) unreadable.push({ path: relative, kind: 'unreadable', weight: 0, problem: reason })
      found.forEach((one, which) => {
        rows.push({ path: relative, sha256: picture!.sha256, which, box: one.box, good: one.good })
        embeddings.add(one.embedding)
        hashes.add(Buffer.from(picture!.hash, 'hex'))
      })
    }
    await inOrder(walk(folder), LANES, control.signal, see, take)
    control.signal.throwIfAborted()

    const known: Reference[] = []
    const referenceEmbeddings = createTable(trainer, 'reference-embeddings')
    await references(parts, wanted, control.signal, (reference) => {
      known.push(reference)
      referenceEmbeddings.add(reference.seen.embedding)
    })
    control.signal.throwIfAborted()
    for (const table of [embeddings, hashes, referenceEmbeddings]) await table.done()

    const classes = [...new Set(known.map(({ identityId }) => identityId))]
    const judged =
      rows.length === 0 ? undefined : await judge(parts, trainer.api, rows, known, { profile, model, classes })
    const items = [...(judged?.items ?? []), ...unreadable]
    const distinct = items.filter(({ kind }) => kind !== 'near-duplicate' && kind !== 'unreadable').length
    const refusal = refusalOf({ profile, files, readable: rows.length, distinct, identities: classes.length })
    return {
      id: control.job,
      folder,
      profile,
      model,
      madeAt: Date.now(),
      items,
      rule: judged?.rule ?? '',
      identities: classes.length,
      ...(refusal && { refusal }),
      ...(judged?.advice && !refusal && { advice: judged.advice }),
    }
  } finally {
    trainer.kill()
  }
}

const nothingFound = (relative: string): Problem => ({
  code: 'no-face',
  message: `No face is found in "${basename(relative)}".`,
})

/** The folder is listed a second time, only to count: holding a million paths would cost more. */
async function count(folder: string, control: Control): Promise<void> {
  let total = 0
  const list = walk(folder)
  while (!(await list.next()).done) {
    if (control.signal.aborted) return
    total++
  }
  control.setTotal(total)
}
