import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AttributeColumn, AttributePlan, PlanAttributesRequest } from '../../contract/attributes.ts'
import type { Source } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import { isOwn, type Profile } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { tableText } from '../csv.ts'
import { nameOf, newToken } from '../pictures.ts'
import { walk } from '../walk.ts'
import { classesOf, type Classes } from './classes.ts'
import { divided } from './division.ts'
import { parseAttributes } from './table.ts'

/** Where the table is looked for when none is named. */
const TABLE = 'attributes.csv'
const MOST_BYTES = 64 * 1024 ** 2
/** So many paths that lead nowhere, or that the table lacks, are named. */
const NAMED = 5
/** So many plans are remembered. */
const KEPT = 4

export interface PlannedColumn extends AttributeColumn {
  readonly classes: Classes
}

/** A plan with what is learned from: pictures in the order of the table. */
export interface PlannedAttributes {
  readonly shown: AttributePlan
  readonly folder: string
  readonly profile: Profile
  readonly pictures: readonly string[]
  readonly columns: readonly PlannedColumn[]
  readonly seed: number
  /** Name and cells of the column whose values are never divided. */
  readonly apart?: { readonly name: string; readonly cells: readonly string[] }
}

export type Plans = ReturnType<typeof createPlans>

export function createPlans(parts: Pick<Parts, 'pictures'>) {
  const plans = new Map<string, PlannedAttributes>()
  return {
    async make(request: PlanAttributesRequest): Promise<AttributePlan> {
      const planned = await plan(parts, request)
      plans.set(planned.shown.id, planned)
      for (const oldest of plans.keys()) {
        if (plans.size <= KEPT) break
        plans.delete(oldest)
      }
      return planned.shown
    },
    find(id: string): PlannedAttributes {
      const found = plans.get(id)
      if (!found) throw new AppError('not-found', 'This table is no longer at hand. Choose the folder again.')
      return found
    },
  }
}

/** Groups of a column: none for itself, whose values would otherwise all be on one side. */
export const groupsFor = (
  { apart }: Pick<PlannedAttributes, 'apart'>,
  column: string,
): readonly string[] | undefined => (apart && apart.name !== column ? apart.cells : undefined)

async function plan(parts: Pick<Parts, 'pictures'>, request: PlanAttributesRequest): Promise<PlannedAttributes> {
  const { profile, apart: apartName, seed = 1 } = request
  if (isOwn(profile))
    throw new AppError(
      'wrong-use',
      'Attributes are learned on the networks of the face and object profiles; a network from scratch has no features that they could take.',
    )
  const source = parts.pictures.source(request.folder)
  if (!('path' in source)) throw new AppError('wrong-use', 'Attributes are learned from a folder and its table.')
  const folder = source.path
  await mustBeFolder(folder)
  const table = request.table === undefined ? { path: join(folder, TABLE) } : parts.pictures.source(request.table)
  const { decimal, columns, rows } = parseAttributes(await textOf(table))
  if (apartName !== undefined && !columns.includes(apartName))
    throw new AppError('wrong-use', `The table has no column "${apartName}". It has ${columns.join(', ')}.`)
  const there = new Map<string, string>()
  for await (const { path, relative, problem } of walk(folder)) if (!problem) there.set(relative.normalize('NFC'), path)
  const found = rows.filter(({ path }) => there.has(path))
  const missing = rows.filter(({ path }) => !there.has(path)).map(({ path }) => path)
  const named = new Set(rows.map(({ path }) => path))
  const unlisted = [...there.keys()].filter((path) => !named.has(path))
  if (found.length === 0)
    throw new AppError(
      'not-found',
      `None of the ${rows.length} pictures that the table names is in "${basename(folder)}", such as "${missing[0]}". Paths begin at the folder.`,
    )
  const cells = columns.map((_, at) => found.map((row) => row.cells[at]!))
  const base = {
    folder,
    profile,
    seed,
    pictures: found.map(({ path }) => there.get(path)!),
    ...(apartName !== undefined && { apart: { name: apartName, cells: cells[columns.indexOf(apartName)]! } }),
  }
  const planned = columns.map((name, at): PlannedColumn => {
    const classes = classesOf(cells[at]!, decimal)
    const { labels, held, refusal } = divided(classes, seed, groupsFor(base, name))
    const { kind, values, words } = classes
    return {
      ...{ name, kind, values, words, classes },
      unknown: labels.filter((label) => label < 0).length,
      heldOut: held.filter((one, i) => one === 1 && labels[i]! >= 0).length,
      ...(refusal && { refusal }),
    }
  })
  const shown: AttributePlan = {
    id: newToken(),
    profile,
    folder: basename(folder),
    table: nameOf(table),
    pictures: found.length,
    missing: counted(missing),
    unlisted: counted(unlisted),
    columns: planned.map(({ classes: _, ...column }) => column),
  }
  return { ...base, shown, columns: planned }
}

const counted = (paths: readonly string[]) => ({ count: paths.length, first: paths.slice(0, NAMED) })

async function mustBeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new AppError('not-found', `"${basename(path)}" is not there. Choose another folder.`)
  if (!found.isDirectory())
    throw new AppError(
      'wrong-use',
      `"${basename(path)}" is no folder. Attributes are learned from a folder and its table.`,
    )
}

async function textOf(table: Source): Promise<string> {
  if ('bytes' in table) return tableText(table.bytes, table.name)
  const name = basename(table.path)
  const found = await stat(table.path).catch(() => undefined)
  if (!found)
    throw new AppError(
      'not-found',
      name === TABLE ? `The folder has no ${TABLE}. Put one there, or choose the table.` : `"${name}" is not there.`,
    )
  if (!found.isFile()) throw new AppError('not-a-file', `"${name}" is no table.`)
  if (found.size > MOST_BYTES) throw new AppError('bad-table', `"${name}" is larger than ${MOST_BYTES >> 20} MB.`)
  const bytes = await readFile(table.path).catch((cause: unknown) => {
    throw new AppError('no-permission', `"${name}" may not be read.`, { cause })
  })
  return tableText(bytes, name)
}
