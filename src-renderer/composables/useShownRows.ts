import { computed, shallowRef, watch } from 'vue'
import type { LabRow } from '../../src-main/contract/lab-rows.ts'
import { bestRows } from '../lab-order.ts'

/** As many lines as can be told apart. */
export const MOST_LINES = 8

/** Which rows have their curve drawn: the best ones until somebody chooses; each keeps its colour while it is shown. */
export function useShownRows(rows: () => readonly LabRow[]) {
  const slots = shallowRef<readonly (string | undefined)[]>([])
  const chosen = shallowRef(false)
  const shown = computed(() => slots.value.filter((key) => key !== undefined))

  function fill(keys: readonly string[]): void {
    const kept = Array.from({ length: MOST_LINES }, (_, at) => {
      const key = slots.value[at]
      return key !== undefined && keys.includes(key) ? key : undefined
    })
    for (const key of keys) {
      if (kept.includes(key)) continue
      const free = kept.indexOf(undefined)
      if (free >= 0) kept[free] = key
    }
    if (kept.some((key, at) => key !== slots.value[at])) slots.value = kept
  }
  watch(
    rows,
    (now) => {
      if (chosen.value) return
      fill(now.length <= MOST_LINES ? now.map(({ key }) => key) : bestRows(now, MOST_LINES))
    },
    { immediate: true },
  )
  return {
    shown,
    isFull: computed(() => shown.value.length >= MOST_LINES),
    /** Number of its colour; −1 while it is not drawn. */
    hueOf: (key: string) => slots.value.indexOf(key),
    show(key: string, on: boolean): void {
      chosen.value = true
      fill(on ? [...shown.value, key] : shown.value.filter((each) => each !== key))
    },
  }
}
export type ShownRows = ReturnType<typeof useShownRows>
