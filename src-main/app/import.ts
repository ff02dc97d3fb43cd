import { basename } from 'node:path'
import type { ImportRequest, PlanRequest } from '../contract/api.ts'
import type { Look } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import type { Identity, ImportBy, ImportPlan, ImportRow, Job, Problem, Profile, Sample } from '../contract/types.ts'
import { isCurrent, lowQuality, noFace, store } from './enrol.ts'
import { FATAL, LANES } from './identify.ts'
import { groupName } from './import-names.ts'
import { inOrder } from './in-order.ts'
import type { Control } from './jobs.ts'
import { hashOf } from './journal.ts'
import { liveOf } from './models/facts.ts'
import type { Parts } from './parts.ts'
import { newToken } from './pictures.ts'
import { walk } from './walk.ts'

/** So many pictures of a group are shown before the import. */
const SHOWN = 4
/** So many skipped files are named in a plan; the rest is counted. */
const NAMED = 1000
/** So many plans are remembered. */
const KEPT = 4

interface Item {
  readonly path: string
  readonly relative: string
}

interface Plan {
  readonly title: string
  readonly profile: Profile
  readonly groups: ReadonlyMap<string, readonly Item[]>
}

export type Imports = ReturnType<typeof createImports>

export function createImports(parts: Parts) {
  const plans = new Map<string, Plan>()
  return {
    plan: (request: PlanRequest) => plan(parts, plans, request),
    start(request: ImportRequest): Job {
      const chosen = plans.get(request.plan)
      if (!chosen) throw new AppError('not-found', 'This import is no longer known. Choose the folder again.')
      return parts.jobs.start('import', chosen.title, chosen.profile, (control) => run(parts, chosen, request, control))
    },
  }
}

async function plan(parts: Parts, plans: Map<string, Plan>, request: PlanRequest): Promise<ImportPlan> {
  const source = parts.pictures.source(request.folder)
  if (!('path' in source)) throw new AppError('wrong-use', 'An import needs a folder.')
  const { by, profile } = request
  const groups = new Map<string, Item[]>()
  const skipped: { path: string; reason: Problem }[] = []
  let more = 0
  let pictures = 0
  const skip = (path: string, reason: Problem) => {
    if (skipped.length < NAMED) skipped.push({ path, reason })
    else more++
  }
  for await (const { path, relative, problem } of walk(source.path)) {
    if (problem) {
      skip(relative, problem)
      continue
    }
    const name = groupName(relative, by)
    if (name === undefined) {
      skip(relative, nameless(relative, by))
      continue
    }
    pictures++
    const group = groups.get(name)
    if (group) group.push({ path, relative })
    else groups.set(name, [{ path, relative }])
  }
  if (more > 0) skipped.push({ path: '…', reason: { code: 'wrong-use', message: `${more} more files are skipped.` } })
  const id = newToken()
  const folder = basename(source.path)
  plans.set(id, { title: folder, profile, groups })
  for (const oldest of plans.keys()) {
    if (plans.size <= KEPT) break
    plans.delete(oldest)
  }
  const known = identitiesByName(parts, profile)
  return {
    id,
    folder,
    by,
    profile,
    pictures,
    skipped,
    groups: [...groups].map(([name, items]) => {
      const existing = known.get(name)
      return {
        name,
        pictures: items.length,
        first: items.slice(0, SHOWN).map(({ path }) => parts.pictures.addPath(path)),
        ...(existing !== undefined && { existing }),
      }
    }),
  }
}

function nameless(relative: string, by: ImportBy): Problem {
  if (by === 'folder' && !relative.includes('/'))
    return { code: 'wrong-use', message: `"${relative}" is in no sub-folder, so it belongs to no identity.` }
  return { code: 'wrong-use', message: `"${basename(relative)}" gives no name of 1 to 200 characters.` }
}

/** Of several identities of one name, the oldest. */
function identitiesByName(parts: Parts, profile: Profile): Map<string, string> {
  const oldestFirst = [...parts.gallery.identities()]
    .filter((identity) => identity.profile === profile)
    .sort((a, b) => a.createdAt - b.createdAt)
  const byName = new Map<string, string>()
  for (const { id, name } of oldestFirst) if (!byName.has(name)) byName.set(name, id)
  return byName
}

interface Looked {
  readonly name: string
  readonly relative: string
  readonly item: Item
  readonly seen: Look | Problem
}

/** Runs again over the same folder go on where the last one ended: a picture that is in the gallery is left out. */
async function run(parts: Parts, plan: Plan, request: ImportRequest, control: Control): Promise<void> {
  const without = new Set(request.without)
  const groups = [...plan.groups].filter(([name]) => !without.has(name))
  control.setTotal(groups.reduce((sum, [, items]) => sum + items.length, 0))
  const known = identitiesByName(parts, plan.profile)
  const keep = parts.settings.get().keep
  let index = 0

  async function look({ name, item }: { name: string; item: Item }): Promise<Looked> {
    const { path, relative } = item
    const by = { name, item, relative }
    const sha256 = await hashOf({ path })
    const twin = sha256 === undefined ? undefined : twinOf(parts, sha256, plan.profile)
    if (twin) return { ...by, seen: alreadyThere(parts, relative, twin) }
    try {
      const request = { source: { path }, profile: plan.profile, keep, ...liveOf(parts, plan.profile) }
      return { ...by, seen: await parts.engine.look(request) }
    } catch (error) {
      if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
      return { ...by, seen: { code: error.code, message: error.message } }
    }
  }

  async function take(looked: Looked): Promise<void> {
    // Another model went live while this picture waited its turn: its embedding would never be found.
    while (!('code' in looked.seen) && !isCurrent(parts, plan.profile, looked.seen.model)) looked = await look(looked)
    if (control.signal.aborted) return
    const { name, relative, seen } = looked
    const result = 'code' in seen ? seen : enrolled(name, seen)
    const row = { index: index++, path: relative }
    control.add(
      'code' in result
        ? { ...row, outcome: 'skipped', reason: result }
        : ({ ...row, outcome: 'enrolled', identityId: result.id, name: result.name } satisfies ImportRow),
    )
  }

  function enrolled(name: string, look: Look): Identity | Problem {
    const twin = twinOf(parts, look.sha256, plan.profile)
    if (twin) return alreadyThere(parts, look.name, twin)
    const [found] = look.found
    if (!found) return problemOf(noFace(look.name))
    if (look.found.length > 1 && request.severalFaces === 'skip')
      return { code: 'several-faces', message: `"${look.name}" shows ${look.found.length} faces.` }
    if (!found.quality.passes && request.lowQuality === 'skip') return problemOf(lowQuality(look.name, found.quality))
    const existing = known.get(name)
    // The identity may have been deleted since the import began.
    const to = existing !== undefined && parts.gallery.findIdentity(existing) ? { identityId: existing } : { name }
    const { identity } = store(parts, to, plan.profile, keep, look, found)
    known.set(name, identity.id)
    return identity
  }

  async function* items() {
    for (const [name, members] of groups) for (const item of members) yield { name, item }
  }
  await inOrder(items(), LANES, control.signal, look, take)
}

const problemOf = ({ code, message }: AppError): Problem => ({ code, message })

const twinOf = (parts: Parts, sha256: string, profile: Profile): Sample | undefined =>
  parts.gallery.samplesOfSource(sha256).find((sample) => sample.profile === profile)

function alreadyThere(parts: Parts, path: string, twin: Sample): Problem {
  const owner = parts.gallery.findIdentity(twin.identityId)?.name ?? 'another identity'
  return { code: 'same-picture', message: `"${basename(path)}" is already a sample of ${owner}.` }
}
