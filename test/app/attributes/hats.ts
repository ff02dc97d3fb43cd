import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Api, HostApi } from '../../../src-main/contract/api.ts'
import type { Attribute } from '../../../src-main/contract/attributes.ts'
import type { Job } from '../../../src-main/contract/types.ts'
import { adopt, temporaryFolder, until, type Clean } from '../../core/fixture.ts'
import { pictureLike } from '../learning/fixture.ts'

const WHO = ['ada', 'bea', 'cat']
const HAT = ['red', 'blue']

/** Pictures that the engine without networks finds like their wearer and like their hat, and a table of both. */
export function hats(clean: Clean, each = 10): string {
  const folder = temporaryFolder(clean)
  const lines = WHO.flatMap((who) =>
    HAT.flatMap((hat) =>
      Array.from({ length: each }, (_, n) => {
        const file = `${who}-${hat}-${n}.jpg`
        pictureLike(folder, `${who}+${hat}`, file)
        return `${file},${who},${hat},${n === 0 ? '' : 'yes'}`
      }),
    ),
  )
  writeFileSync(join(folder, 'attributes.csv'), `file,who,hat,seen\n${lines.join('\n')}\nnobody.jpg,eve,red,yes\n`)
  return folder
}

export async function ended({ api }: { api: Pick<Api, 'jobs'> }, { id }: Job): Promise<Job> {
  const find = async () => (await api.jobs()).find((job) => job.id === id)!
  await until(async () => !['running', 'cancelling'].includes((await find()).state))
  return find()
}

export async function learn(core: { api: Api & HostApi }, folder: string, columns?: string[]): Promise<Attribute[]> {
  const plan = await core.api.planAttributes({ folder: await adopt(core.api, folder), profile: 'object' })
  const job = await ended(core, await core.api.trainAttributes({ plan: plan.id, ...(columns && { columns }) }))
  expect(job.error).toBeUndefined()
  return core.api.attributes()
}
