import { randomBytes } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { asAppError, AppError } from '../contract/errors.ts'
import { PROFILES, type Box, type Identity, type Profile } from '../contract/types.ts'
import { connectCore, type Core } from '../core/connect-core.ts'
import type { Run } from './run.ts'
import { printable } from './text.ts'

export type { Core }

/** Runs `use` with the gallery open, and closes it whatever happens. */
export async function withCore<T>(run: Run, use: (core: Core) => Promise<T>): Promise<T> {
  const core = await connectCore({ data: run.data, backend: run.backend })
  try {
    run.profile = await findProfile(core, run.profileNamed)
    return await use(core)
  } finally {
    await core.close()
  }
}

/** @throws AppError wrong-use with the profiles that there are; with the ids where several bear the name */
async function findProfile(core: Core, named: string): Promise<Profile> {
  const shipped = PROFILES.find((one) => one === named)
  if (shipped) return shipped
  const own = await core.api.profiles()
  const exact = own.find(({ id }) => id === named)
  if (exact) return exact.id
  const wanted = named.normalize('NFC').trim()
  const [first, ...others] = own.filter(({ name }) => name === wanted)
  if (first && others.length === 0) return first.id
  if (first) {
    const ids = [first, ...others].map(({ id }) => id).join(', ')
    throw new AppError('wrong-use', `Several profiles are called ${printable(named)}; give an id: ${ids}.`)
  }
  const names = [...PROFILES, ...own.map(({ name }) => printable(name))].join(', ')
  throw new AppError('wrong-use', `No profile is called ${printable(named)}. There are ${names}.`)
}

/** Hands a path to the core. @returns the token it goes by from now on */
export async function adopt(core: Core, path: string): Promise<{ token: string; isFolder: boolean }> {
  const token = randomBytes(16).toString('hex')
  try {
    const [adopted] = await core.host.adopt([{ token, path: resolve(path) }])
    return { token, isFolder: adopted?.isFolder === true }
  } catch (error) {
    throw naming(error, path)
  }
}

/** The same error, its message beginning with the file it is about. */
export function naming(caught: unknown, path: string): AppError {
  const error = asAppError(caught)
  if (error.message.includes(basename(path))) return error
  return new AppError(error.code, `${path}: ${error.message}`, { cause: error })
}

const ID = /^[0-9a-f]{32}$/
const PAGE = 500

/** Every identity of the gallery, in pages. */
export async function allIdentities(
  core: Core,
  filter: { search?: string; profile?: Profile; order?: 'name' | 'newest' | 'samples' } = {},
): Promise<Identity[]> {
  const all: Identity[] = []
  for (;;) {
    const page = await core.api.listIdentities({ ...filter, offset: all.length, limit: PAGE })
    all.push(...page.identities)
    if (page.identities.length === 0 || all.length >= page.total) return all
  }
}

/** Identities whose name is exactly `name`. */
export async function namedIdentities(core: Core, name: string, profile?: Profile): Promise<Identity[]> {
  const wanted = name.normalize('NFC').trim()
  const near = await allIdentities(core, { search: wanted, ...(profile ? { profile } : {}) })
  return near.filter((identity) => identity.name === wanted)
}

/**
 * The identity of this id or name. @throws AppError not-found; wrong-use with the ids when several bear the name
 */
export async function findIdentity(core: Core, idOrName: string, profile?: Profile): Promise<Identity> {
  if (ID.test(idOrName)) {
    return core.api.identity(idOrName)
  }
  const [first, ...others] = await namedIdentities(core, idOrName, profile)
  if (first === undefined) throw new AppError('not-found', `No identity is named ${printable(idOrName)}.`)
  if (others.length === 0) return first
  const ids = [first, ...others].map((identity) => `${identity.id} (${identity.profile})`).join(', ')
  throw new AppError('wrong-use', `Several identities are named ${printable(idOrName)}; give an id: ${ids}.`)
}

/** "212×212 at 40,60": for people. */
export function boxText({ x, y, width, height }: Box): string {
  return `${Math.round(width)}×${Math.round(height)} at ${Math.round(x)},${Math.round(y)}`
}
