import { useVirtualizer } from '@tanstack/vue-virtual'
import { useElementSize } from '@vueuse/core'
import { computed, nextTick, shallowRef, watch, type Ref } from 'vue'
import { gridTarget } from '../grid-keys.ts'

/** The scroller's width and height, in pixels, until it is measured. */
const [WIDTH, HEIGHT] = [960, 600]

/**
 * A grid of square pictures of which only the rows near the view are drawn. One cell, `active`, is in the order of Tab;
 * it is found by its `data-at`.
 */
export function useGridRows<Entry>(
  scroller: Readonly<Ref<HTMLElement | null>>,
  entries: () => readonly (Entry | undefined)[],
  grid: {
    /** Pixels between cells, the least width of one and the height of what stands under its picture. */
    readonly gap: number
    readonly least: () => number
    readonly under: number
    /** Told which entries are drawn, so that those not read yet can be. */
    readonly show: (first: number, last: number) => unknown
  },
) {
  const { gap, least, under, show } = grid
  const { width } = useElementSize(scroller)
  const columns = computed(() => Math.max(2, Math.floor(((width.value || WIDTH) + gap) / (least() + gap))))
  const side = computed(() => ((width.value || WIDTH) - gap * (columns.value - 1)) / columns.value)
  const rowCount = computed(() => Math.ceil(entries().length / columns.value))
  const active = shallowRef(0)
  const within = (at: number) => Math.max(0, Math.min(at, entries().length - 1))

  const virtual = useVirtualizer(
    computed(() => ({
      count: rowCount.value,
      getScrollElement: () => scroller.value,
      estimateSize: () => side.value + under + gap,
      overscan: 3,
    })),
  )
  watch([side, columns], () => virtual.value.measure())
  const rows = computed(() =>
    virtual.value.getVirtualItems().map(({ index, start }) => ({
      index,
      style: {
        transform: `translateY(${start}px)`,
        gridTemplateColumns: `repeat(${columns.value}, minmax(0, 1fr))`,
        gap: `${gap}px`,
      },
      cells: entries()
        .slice(index * columns.value, (index + 1) * columns.value)
        .map((entry, i) => ({ at: index * columns.value + i, entry })),
    })),
  )
  const height = computed(() => `${virtual.value.getTotalSize()}px`)
  watch(
    rows,
    (now) => {
      const [first, last] = [now[0], now.at(-1)]
      if (first && last)
        void show(first.index * columns.value, Math.min((last.index + 1) * columns.value, entries().length) - 1)
    },
    { immediate: true },
  )
  watch(
    () => entries().length,
    () => (active.value = within(active.value)),
  )

  async function focus(at: number): Promise<void> {
    active.value = within(at)
    virtual.value.scrollToIndex(Math.floor(active.value / columns.value))
    await nextTick()
    requestAnimationFrame(() =>
      scroller.value?.querySelector<HTMLElement>(`[data-at="${active.value}"]`)?.focus({ preventScroll: true }),
    )
  }
  /** Where a key moves to from the active cell, possibly past an end; undefined for a key that moves nothing. */
  function target(event: KeyboardEvent): number | undefined {
    const rowsInView = Math.floor((scroller.value?.clientHeight ?? HEIGHT) / (side.value + under + gap))
    const page = columns.value * Math.max(1, rowsInView)
    return gridTarget(event, active.value, { columns: columns.value, page, length: entries().length })
  }
  return { columns, rowCount, rows, height, active, within, focus, target }
}
