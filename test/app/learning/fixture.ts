import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '../../../src-main/contract/api.ts'
import type { HostApi } from '../../../src-main/contract/api.ts'
import type { Profile, Run, RunState, Triage } from '../../../src-main/contract/types.ts'
import { adopt, until } from '../../core/fixture.ts'

type Asked = Api & HostApi

/** A "picture" that the engine without networks finds like every other one of this name. */
export function pictureLike(
  folder: string,
  who: string,
  file = `${who}-${randomBytes(3).toString('hex')}.jpg`,
): string {
  const path = join(folder, file)
  writeFileSync(path, `LIKE ${who} ${randomBytes(32).toString('hex')}`)
  return path
}

export const PEOPLE = ['Ada', 'Bea', 'Cat', 'Dan']

/** Enrols each with one picture, and fills a folder with more of them. */
export async function peopleAndFolder(api: Asked, pictures: string, folder: string, photos = 8): Promise<void> {
  for (const name of PEOPLE) {
    const picture = await adopt(api, pictureLike(pictures, name))
    await api.enrol({ picture, profile: 'face', to: { name } })
    for (let photo = 0; photo < photos; photo++) pictureLike(folder, name)
  }
}

/** Looks through a folder and waits for the end. */
export async function triageOf(api: Asked, folder: string, profile: Profile = 'face'): Promise<Triage> {
  const job = await api.startTriage({ folder: await adopt(api, folder), profile })
  await until(async () => (await api.jobs()).some(({ id, state }) => id === job.id && state !== 'running'))
  const ended = (await api.jobs()).find(({ id }) => id === job.id)!
  if (ended.state !== 'done') throw new Error(`${ended.state}: ${ended.error?.message ?? ''}`)
  return api.triage(job.id)
}

export async function runAs(api: Pick<Api, 'runs'>, id: string, ...states: RunState[]): Promise<Run> {
  let found: Run | undefined
  await until(async () => {
    found = (await api.runs()).find((run) => run.id === id)
    return found !== undefined && states.includes(found.state)
  })
  return found!
}

export const OVER: RunState[] = ['done', 'failed', 'stopped', 'interrupted', 'paused', 'cancelled']
