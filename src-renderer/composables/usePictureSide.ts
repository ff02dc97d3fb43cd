import { computed, shallowRef } from 'vue'
import type { Adopted, Box } from '../../src-main/contract/types.ts'
import { createInspection } from './useInspection.ts'
import { useSettings } from './useSettings.ts'

/** One picture of several that an answer is made of, with what is found in it and which of that is meant. */
export type PictureSide = ReturnType<typeof createSide>

export interface SideWatch {
  /** What the picture shows is not known yet: an answer that was made of another holds no more. */
  changed(): void
  /** What is meant is known, or that nothing is. */
  looked(): void | Promise<void>
}

const { profile } = useSettings()

export function createSide(on: SideWatch) {
  const picture = shallowRef<Adopted>()
  const box = shallowRef<Box>()
  const { looked, busy, look } = createInspection()
  const found = computed(() => looked.value?.inspection?.found ?? [])
  const index = computed(() => {
    const chosen = box.value
    if (!chosen) return 0
    return Math.max(
      0,
      found.value.findIndex((each) => each.box.x === chosen.x && each.box.y === chosen.y),
    )
  })
  const one = computed(() => found.value[index.value])

  async function put(next: Adopted | undefined, drawn?: Box): Promise<void> {
    picture.value = next
    box.value = drawn
    on.changed()
    if (await look(next, profile.value, drawn)) await on.looked()
  }
  /** Chooses another face, or a box drawn by hand. */
  async function choose(wanted: Box, drawn = false): Promise<void> {
    if (drawn) return put(picture.value, wanted)
    box.value = wanted
    await on.looked()
  }
  return { picture, box, looked, busy, found, index, one, put, choose }
}

/** Each gets what the other has; nothing is looked at again. */
export function swapSides(a: PictureSide, b: PictureSide): void {
  swapValues(a.picture, b.picture)
  swapValues(a.box, b.box)
  swapValues(a.looked, b.looked)
}

export function swapValues<T>(a: { value: T }, b: { value: T }): void {
  const kept = a.value
  a.value = b.value
  b.value = kept
}
