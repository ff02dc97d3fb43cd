import { shallowRef } from 'vue'
import type { Adopted, IdentifyAnswer } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { useTask } from './useProblem.ts'
import { useSettings } from './useSettings.ts'
import { useStatus } from './useStatus.ts'

const picture = shallowRef<Adopted>()
const answer = shallowRef<IdentifyAnswer>()
const chosen = shallowRef(0)
const asking = useTask()
const { profile } = useSettings()
let last = 0

async function ask(next: Adopted | undefined = picture.value): Promise<void> {
  const mine = ++last
  if (picture.value?.token !== next?.token) {
    answer.value = undefined
    chosen.value = 0
  }
  picture.value = next
  asking.problem.value = undefined
  if (!next) return
  const value = await asking.run(() => api.identify({ picture: next.token, profile: profile.value }))
  if (mine !== last) return
  answer.value = value
  chosen.value = Math.min(chosen.value, Math.max(0, (value?.found.length ?? 1) - 1))
}

/** Starts a list of many pictures or of folders. @throws AppError */
async function askMany(pictures: readonly Adopted[]) {
  return api.startIdentify({ pictures: pictures.map(({ token }) => token), profile: profile.value })
}

function clear(): void {
  last++
  picture.value = undefined
  answer.value = undefined
  asking.problem.value = undefined
}

useStatus().onRevived(() => {
  if (asking.problem.value) void ask()
})

export function useIdentify() {
  return { picture, answer, chosen, asking, ask, askMany, clear }
}
