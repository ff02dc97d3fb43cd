import { shallowRef } from 'vue'
import type { Adopted, ImportBy, ImportPlan, ImportRow, Job } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { useJobs } from './useJobs.ts'
import { useTask } from './useProblem.ts'
import { useSettings } from './useSettings.ts'

const folder = shallowRef<Adopted>()
const by = shallowRef<ImportBy>('folder')
const plan = shallowRef<ImportPlan>()
const without = shallowRef<ReadonlySet<string>>(new Set())
const lowQuality = shallowRef<'skip' | 'enrol'>('skip')
const severalFaces = shallowRef<'skip' | 'main'>('skip')
const job = shallowRef<string>()
const rows = shallowRef<readonly ImportRow[]>([])
const planning = useTask()
const starting = useTask()
const { profile } = useSettings()
let last = 0

async function makePlan(): Promise<void> {
  const mine = ++last
  plan.value = undefined
  without.value = new Set()
  const chosen = folder.value
  if (!chosen) return
  const made = await planning.run(() => api.planImport({ folder: chosen.token, by: by.value, profile: profile.value }))
  if (mine === last) plan.value = made
}

function open(chosen: Adopted): void {
  folder.value = chosen
  job.value = undefined
  rows.value = []
  void makePlan()
}

function leaveOut(name: string, out: boolean): void {
  const next = new Set(without.value)
  if (out) next.add(name)
  else next.delete(name)
  without.value = next
}

async function start(): Promise<void> {
  const made = plan.value
  if (!made) return
  const begun = await starting.run(() =>
    api.startImport({
      plan: made.id,
      without: [...without.value],
      lowQuality: lowQuality.value,
      severalFaces: severalFaces.value,
    }),
  )
  if (begun) attach(begun)
}

/** Shows the rows of an import, also one that was started before the window was opened. */
function attach(begun: Job): void {
  useJobs().put(begun)
  if (job.value !== begun.id) rows.value = []
  job.value = begun.id
  void readRows()
}

const PAGE = 500
let reading = false
async function readRows(): Promise<void> {
  const id = job.value
  if (!id || reading) return
  reading = true
  try {
    for (;;) {
      const page = await api.importRows({ job: id, offset: rows.value.length, limit: PAGE })
      if (id !== job.value) return
      rows.value = [...rows.value, ...page.rows]
      if (page.rows.length < PAGE) return
    }
  } catch {
    // The rows come with the next event of the job; the job itself says when it failed.
  } finally {
    reading = false
  }
}

function close(): void {
  folder.value = undefined
  plan.value = undefined
  job.value = undefined
  rows.value = []
}

export function useImport() {
  return {
    folder,
    by,
    plan,
    without,
    lowQuality,
    severalFaces,
    job,
    rows,
    planning,
    starting,
    makePlan,
    open,
    leaveOut,
    start,
    attach,
    readRows,
    close,
  }
}
