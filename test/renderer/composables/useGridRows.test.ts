// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, shallowRef, useTemplateRef } from 'vue'
import { useGridRows } from '../../../src-renderer/composables/useGridRows.ts'

/** A grid that is not laid out, so of the width it takes until it is measured: five columns, one row in view. */
function made(length: number) {
  const entries = shallowRef(Array.from({ length }, (_, i) => i))
  let grid: ReturnType<typeof useGridRows> | undefined
  mount(
    defineComponent({
      setup() {
        const scroller = useTemplateRef<HTMLElement>('scroller')
        grid = useGridRows(scroller, () => entries.value, { gap: 10, least: () => 168, under: 24, show: vi.fn() })
        return () => h('div', { ref: 'scroller' })
      },
    }),
  )
  return { entries, grid: grid! }
}
const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more })

test('keys move by cell, by row and by the rows in view', () => {
  const { grid } = made(23)
  expect([grid.columns.value, grid.rowCount.value]).toEqual([5, 5])
  grid.active.value = 7
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageDown', 'Home', 'End', 'x']
  expect(keys.map((key) => grid.target(press(key)))).toEqual([6, 8, 2, 12, 12, 5, 9, undefined])
  expect(grid.target(press('End', { ctrlKey: true }))).toBe(22)
})

test('the active cell stays among the entries, wherever it is sent and however many are left', async () => {
  const { entries, grid } = made(23)
  void grid.focus(40)
  expect(grid.active.value).toBe(22)
  entries.value = entries.value.slice(0, 9)
  await nextTick()
  expect(grid.active.value).toBe(8)
  entries.value = []
  await nextTick()
  expect(grid.active.value).toBe(0)
})
