import { computed, shallowRef, watchEffect, type Ref } from 'vue'
import type { Calibration, Problem, Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf } from './useProblem.ts'
import { useStatus } from './useStatus.ts'

const known = shallowRef<Partial<Record<Profile, Calibration>>>({})
const problem = shallowRef<Problem>()
const asked = new Set<Profile>()

async function load(profile: Profile): Promise<void> {
  if (asked.has(profile)) return
  asked.add(profile)
  try {
    const calibration = await api.calibration(profile)
    known.value = { ...known.value, [profile]: calibration }
    problem.value = undefined
  } catch (error) {
    problem.value = problemOf(error)
    asked.delete(profile)
  }
}

/** Each model has its own distances: what was read belongs to the model that was live then. */
listen((event) => {
  if (event.type !== 'models-changed') return
  const before = [...asked]
  asked.clear()
  for (const profile of before) void load(profile)
})

/** The measured histograms and thresholds of a profile, asked for once. */
export function useCalibration(profile: Ref<Profile>) {
  watchEffect(() => void load(profile.value))
  useStatus().onRevived(() => void load(profile.value))
  return { calibration: computed(() => known.value[profile.value]), problem }
}
