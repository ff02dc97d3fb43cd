import { computed, shallowRef } from 'vue'
import type { ModelDetail, Problem, RunMap, RunPoint } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf } from './useProblem.ts'
import { useRuns } from './useRuns.ts'
import { useStatus } from './useStatus.ts'

const id = shallowRef<string>()
/** In the order of their steps. */
const points = shallowRef<readonly RunPoint[]>([])
const map = shallowRef<RunMap | null>(null)
const model = shallowRef<ModelDetail>()
const problem = shallowRef<Problem>()
const { runs, loaded, refresh } = useRuns()
const run = computed(() => runs.value.find((each) => each.id === id.value))

let byStep = new Map<number, RunPoint>()
let drawing: ReturnType<typeof setTimeout> | undefined

/** Points come with every step or so; the charts are drawn again at most five times a second. */
function add(more: readonly RunPoint[], from = Infinity): void {
  for (const step of byStep.keys()) if (step > from) byStep.delete(step)
  for (const point of more) byStep.set(point.step, point)
  drawing ??= setTimeout(() => {
    drawing = undefined
    points.value = [...byStep.values()].sort((a, b) => a.step - b.step)
  }, 200)
}

let asking = false
let newer = false
async function readMap(): Promise<void> {
  if (asking) {
    newer = true
    return
  }
  asking = true
  const of = id.value
  try {
    do {
      newer = false
      const now = of ? await api.runMap(of) : null
      if (id.value === of) map.value = now
    } while (newer && id.value === of)
  } catch (error) {
    if (id.value === of) problem.value = problemOf(error)
  } finally {
    asking = false
    if (id.value !== of) void readMap()
  }
}

async function readModel(): Promise<void> {
  const made = run.value?.model
  if (!made) {
    model.value = undefined
    return
  }
  try {
    const detail = await api.model(made)
    if (run.value?.model === made) model.value = detail
  } catch (error) {
    problem.value = problemOf(error)
  }
}

async function open(of: string): Promise<void> {
  if (id.value !== of) {
    byStep = new Map()
    points.value = []
    map.value = null
    model.value = undefined
  }
  id.value = of
  problem.value = undefined
  void readMap()
  try {
    const [past] = await Promise.all([api.runPoints({ run: of, from: 0 }), loaded.value ? undefined : refresh()])
    if (id.value === of) add(past)
  } catch (error) {
    if (id.value === of) problem.value = problemOf(error)
  }
}

listen((event) => {
  if (event.type === 'run-points' && event.run === id.value) add(event.points, event.from)
  if (event.type === 'run-map' && event.run === id.value) void readMap()
})
useStatus().onRevived(() => {
  if (id.value) void open(id.value)
})

export function useRun() {
  return { id, run, points, map, model, problem, open, readModel }
}
