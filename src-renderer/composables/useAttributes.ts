import { computed, shallowRef } from 'vue'
import type { Adopted, Attribute, AttributePlan, Job, Problem, Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { isRunning, useJobs } from './useJobs.ts'
import { useTask } from './useProblem.ts'
import { useStatus } from './useStatus.ts'

const attributes = shallowRef<readonly Attribute[]>([])
const loaded = shallowRef(false)
const listing = useTask()
const planning = useTask()
const starting = useTask()
const removing = useTask()
/** The folder and the table that are looked at, and what can be learned from them. */
const folder = shallowRef<Adopted>()
const table = shallowRef<Adopted>()
const apart = shallowRef<string>()
const plan = shallowRef<AttributePlan>()
/** What was asked to be learned and went with the core. */
const lost = shallowRef<Problem>()
/** Pictures of the folder that was learned last that could not be used. */
const unused = shallowRef(0)

async function refresh(): Promise<void> {
  const all = await listing.run(() => api.attributes())
  if (!all) return
  attributes.value = all
  loaded.value = true
}

let last = 0
async function read(profile: Profile): Promise<void> {
  const from = folder.value
  if (!from) return
  const mine = ++last
  plan.value = undefined
  const now = await planning.run(() =>
    api.planAttributes({
      ...{ folder: from.token, profile },
      ...(table.value && { table: table.value.token }),
      ...(apart.value !== undefined && { apart: apart.value }),
    }),
  )
  if (mine === last && now) plan.value = now
}

/** Another folder; the table of the one before is none of it. */
async function choose(next: Adopted, profile: Profile): Promise<void> {
  folder.value = next
  table.value = undefined
  apart.value = undefined
  await read(profile)
}

async function train(columns: readonly string[]): Promise<boolean> {
  const from = plan.value
  if (!from) return false
  lost.value = undefined
  unused.value = 0
  const job = await starting.run(() => api.trainAttributes({ plan: from.id, columns: [...columns] }))
  asked = job
  if (job) useJobs().put(job)
  return job !== undefined
}

async function remove(id: string): Promise<void> {
  await removing.run(() => api.deleteAttribute(id))
  await refresh()
}

const find = (id: string) => attributes.value.find((one) => one.id === id)
const of = (profile: Profile) => attributes.value.filter((one) => one.profile === profile)
/** The newest work on attributes. */
const job = computed(() => useJobs().jobs.value.findLast(({ kind }) => kind === 'attributes'))

/** What was asked to be learned; once it is, its folder gives way to what it gave. */
let asked: Job | undefined
listen((event) => {
  if (event.type === 'models-changed') void refresh()
  if (event.type !== 'job' || event.job.id !== asked?.id || isRunning(event.job)) return
  asked = undefined
  if (event.job.state !== 'done') return
  unused.value = event.job.failed
  folder.value = undefined
  plan.value = undefined
  void refresh()
})
/** Plans and jobs go with the core; the folder is read again, and what was being learned is told of. */
async function revived(): Promise<void> {
  void refresh()
  const from = plan.value
  if (useStatus().stopped.value !== 'core') return
  if (from) void read(from.profile)
  const before = asked
  const jobs = before && (await listing.run(() => api.jobs()))
  if (!before || !jobs || jobs.some(({ id }) => id === before.id)) return
  asked = undefined
  lost.value = {
    code: 'core-stopped',
    message: `The program that learns ended before the attributes of "${before.title}" were done, and nothing of them was kept. Learn them again: pictures that were looked at are remembered.`,
  }
}
useStatus().onRevived(() => void revived())

/** What pictures may be compared by besides the whole of them. */
export function useAttributes() {
  if (!loaded.value && !listing.busy.value) void refresh()
  return {
    ...{ attributes, loaded, listing, planning, starting, removing, folder, table, apart, plan, job, lost, unused },
    ...{ refresh, read, choose, train, remove, find, of },
  }
}
