import { computed, shallowRef } from 'vue'
import type { Job } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf } from './useProblem.ts'
import { useStatus } from './useStatus.ts'
import { useUndo } from './useUndo.ts'

const jobs = shallowRef<readonly Job[]>([])
/** Finished work whose outcome was not looked at yet. */
const unread = shallowRef<readonly string[]>([])

export const isRunning = (job: Job) => job.state === 'running' || job.state === 'cancelling'

function put(job: Job): void {
  const before = jobs.value.find((each) => each.id === job.id)
  jobs.value = before ? jobs.value.map((each) => (each.id === job.id ? job : each)) : [...jobs.value, job]
  if ((!before || isRunning(before)) && !isRunning(job)) unread.value = [...unread.value, job.id]
}

async function refresh(): Promise<void> {
  try {
    jobs.value = await api.jobs()
  } catch (error) {
    console.warn(problemOf(error).message)
  }
}

async function cancel(id: string): Promise<void> {
  try {
    put(await api.cancelJob(id))
  } catch (error) {
    useUndo().failed(error)
  }
}

function read(id: string): void {
  unread.value = unread.value.filter((each) => each !== id)
}

listen((event) => {
  if (event.type === 'job') put(event.job)
})
useStatus().onRevived(() => void refresh())

const running = computed(() => jobs.value.filter(isRunning))
const finished = computed(() => jobs.value.filter((job) => !isRunning(job) && unread.value.includes(job.id)))

export function useJobs() {
  return { jobs, running, finished, refresh, cancel, read, put }
}
