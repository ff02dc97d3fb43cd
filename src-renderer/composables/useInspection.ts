import { shallowRef } from 'vue'
import type { Adopted, Box, Inspection, Problem, Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { problemOf } from './useProblem.ts'

export interface Looked {
  readonly picture: Adopted
  readonly profile: Profile
  readonly inspection?: Inspection
  readonly problem?: Problem
  /** The box that was drawn by hand, when one was. */
  readonly drawn?: Box
}

/** One picture being looked at; only the answer to the last question counts. */
export function createInspection() {
  const looked = shallowRef<Looked>()
  const busy = shallowRef(false)
  let last = 0

  async function look(picture: Adopted | undefined, profile: Profile, drawn?: Box): Promise<Looked | undefined> {
    const mine = ++last
    if (!picture) {
      looked.value = undefined
      busy.value = false
      return undefined
    }
    // What was found before belongs to another picture, or to another profile.
    if (looked.value?.picture.token !== picture.token || looked.value.profile !== profile) looked.value = undefined
    busy.value = true
    const about = { picture, profile, ...(drawn ? { drawn } : {}) }
    let result: Looked
    try {
      const inspection = await api.inspect({ picture: picture.token, profile, ...(drawn ? { box: drawn } : {}) })
      result = { ...about, inspection }
    } catch (error) {
      result = { ...about, problem: problemOf(error) }
    }
    if (mine !== last) return undefined
    looked.value = result
    busy.value = false
    return result
  }
  return { looked, busy, look }
}
