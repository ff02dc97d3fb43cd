import { computed, shallowRef } from 'vue'
import {
  isOwn,
  PROFILES,
  type OwnProfile,
  type OwnProfileSummary,
  type Profile,
  type ShippedProfile,
} from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { useTask } from './useProblem.ts'
import { useRuns } from './useRuns.ts'
import { useStatus } from './useStatus.ts'

const own = shallowRef<readonly OwnProfileSummary[]>([])
const loaded = shallowRef(false)
const listing = useTask()
const removing = useTask()

async function refresh(): Promise<void> {
  const all = await listing.run(() => api.profiles())
  if (!all) return
  own.value = all
  loaded.value = true
}

const SHIPPED: Record<ShippedProfile, string> = { face: 'Face', object: 'Object' }

/** What a profile is called; one of the user's own goes by its id until the list is read. */
const labelOf = (profile: Profile): string =>
  isOwn(profile) ? (own.value.find((each) => each.id === profile)?.name ?? profile) : SHIPPED[profile]

/** Those that come with the app, then those of the user's own by name. */
const all = computed<readonly Profile[]>(() => [...PROFILES, ...own.value.map((each) => each.id)])

/** For good, with all that is enrolled in it. */
async function remove(profile: OwnProfile): Promise<{ identities: number; samples: number } | undefined> {
  const gone = await removing.run(() => api.deleteProfile(profile))
  await Promise.all([refresh(), useRuns().refresh()])
  return gone
}

listen((event) => {
  // Counts of identities and samples are part of what is shown.
  if (event.type === 'models-changed' || (event.type === 'gallery-changed' && own.value.length > 0)) void refresh()
})
useStatus().onRevived(() => void refresh())

export function useProfiles() {
  return { own, all, loaded, listing, removing, labelOf, refresh, remove }
}
