import { basename } from 'node:path'
import type { IdentifyManyRequest, IdentifyRequest } from '../contract/api.ts'
import type { Source } from '../contract/engine-api.ts'
import { AppError, type ErrorCode } from '../contract/errors.ts'
import type { IdentifyAnswer, IdentifyRow, Job, Problem, Profile } from '../contract/types.ts'
import { stat } from 'node:fs/promises'
import { refusedFor } from './boxes.ts'
import { pictureOf, plain } from './enrol.ts'
import { inOrder } from './in-order.ts'
import type { Control } from './jobs.ts'
import { liveOf } from './models/facts.ts'
import type { Parts } from './parts.ts'
import { nameOf } from './pictures.ts'
import { walk } from './walk.ts'

/** While one picture is decoded another is embedded, and a third waits. */
export const LANES = 3

/**
 * Errors that are not the picture's: a run of many pictures ends with them instead of counting every later one as bad. A defect
 * of the engine ('internal') may be one picture's alone, so the run goes on.
 */
export const FATAL: ReadonlySet<ErrorCode> = new Set([
  'backend-unavailable',
  'model-missing',
  'engine-stopped',
  'gallery-damaged',
  'disk-full',
  'cancelled',
])

/** Who is in a picture. Finding nobody is an answer, not an error. */
export function identify(parts: Parts, request: IdentifyRequest): Promise<IdentifyAnswer> {
  return answer(parts, request.picture, parts.pictures.source(request.picture), request.profile)
}

async function answer(parts: Parts, token: string, source: Source, profile: Profile): Promise<IdentifyAnswer> {
  const look = await parts.engine.look({ source, profile, ...liveOf(parts, profile) })
  const { thresholds } = await parts.calibrations(profile, look.model)
  const count = parts.settings.get().candidates
  const answers = parts.gallery.cannotLinksOf(look.sha256)
  return {
    picture: pictureOf(token, look),
    profile,
    model: look.model,
    thresholds,
    found: look.found.map((found) => {
      const refused = refusedFor(answers, found.box)
      const candidates = parts.search
        .nearest(look.model, found.embedding, count + refused.size)
        .filter(({ identityId }) => !refused.has(identityId))
        .slice(0, count)
      const known = candidates[0] !== undefined && candidates[0].distance <= thresholds.known
      return { ...plain(found), verdict: known ? 'known' : 'unknown', candidates }
    }),
  }
}

/** Pictures and folders, one after the other; a picture that cannot be looked at is a row with its reason. */
export function startIdentify(parts: Parts, request: IdentifyManyRequest): Job {
  const chosen = request.pictures.map((token) => ({ token, source: parts.pictures.source(token) }))
  const title = chosen.length === 1 ? nameOf(chosen[0]!.source) : `${chosen.length} pictures and folders`
  return parts.jobs.start('identify', title, request.profile, (control) => run(parts, chosen, request.profile, control))
}

interface Chosen {
  readonly token: string
  readonly source: Source
}

interface Item {
  readonly path: string
  readonly source: Source
  readonly token?: string
  readonly problem?: Problem
}

async function run(parts: Parts, chosen: readonly Chosen[], profile: Profile, control: Control): Promise<void> {
  void count(chosen, control)
  let index = 0
  await inOrder(
    items(chosen),
    LANES,
    control.signal,
    (item) => row(parts, item, profile),
    (result) => control.add({ index: index++, ...result }),
  )
}

/** The folders are listed a second time, only to count: holding a million paths would cost more. */
async function count(chosen: readonly Chosen[], control: Control): Promise<void> {
  let total = 0
  const list = items(chosen)
  while (!(await list.next()).done) {
    if (control.signal.aborted) return
    total++
  }
  control.setTotal(total)
}

async function* items(chosen: readonly Chosen[]): AsyncGenerator<Item> {
  for (const { token, source } of chosen) {
    if (!('path' in source) || !(await isFolder(source.path))) {
      yield { path: nameOf(source), source, token }
      continue
    }
    const before = chosen.length > 1 ? `${basename(source.path)}/` : ''
    for await (const { path, relative, problem } of walk(source.path))
      yield { path: before + relative, source: { path }, ...(problem && { problem }) }
  }
}

async function row(parts: Parts, item: Item, profile: Profile): Promise<Omit<IdentifyRow, 'index'>> {
  const { path, source, problem } = item
  const token = item.token ?? ('path' in source ? parts.pictures.addPath(source.path) : '')
  if (problem) return { path, token, error: problem }
  try {
    return { path, token, answer: await answer(parts, token, source, profile) }
  } catch (error) {
    if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    return { path, token, error: { code: error.code, message: error.message } }
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
