import { usePreferredDark } from '@vueuse/core'
import { computed, shallowRef, watchEffect } from 'vue'
import { settingsSchema, type Settings } from '../../src-main/contract/settings.ts'
import type { Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { useTask } from './useProblem.ts'

const settings = shallowRef<Settings>(settingsSchema.parse({}))
const { problem, run } = useTask()

async function refresh(): Promise<void> {
  const now = await run(() => api.settings())
  if (now) settings.value = now
}

/** Takes effect at once and is put back when the core refuses it. */
async function change(part: Partial<Settings>): Promise<void> {
  const before = settings.value
  settings.value = { ...before, ...part }
  settings.value = (await run(() => api.changeSettings(part))) ?? before
}

listen((event) => {
  if (event.type === 'settings-changed') settings.value = event.settings
})

const profile = computed<Profile>({
  get: () => settings.value.profile,
  set: (value) => void change({ profile: value }),
})

/** Puts the chosen theme on <html>, following the system where it is left to it. */
function applyTheme(): void {
  const systemIsDark = usePreferredDark()
  watchEffect(() => {
    const { theme } = settings.value
    document.documentElement.classList.toggle('dark', theme === 'dark' || (theme === 'system' && systemIsDark.value))
  })
}

export function useSettings() {
  return { settings, profile, problem, change, refresh, applyTheme }
}
