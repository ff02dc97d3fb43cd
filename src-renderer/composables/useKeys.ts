import { onMounted, onUnmounted } from 'vue'
import { tinykeys } from 'tinykeys'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]')

const isCovered = () =>
  [...document.querySelectorAll<HTMLElement>('[role=dialog], [role=menu]')].some(
    (cover) => cover.getClientRects().length > 0,
  )

/** Keys of the page, silent while text is typed or a dialog or a menu is open; those with $mod work in text fields too. */
export function useKeys(
  bindings: Record<string, (event: KeyboardEvent) => void>,
  options: { inDialogs?: boolean } = {},
): void {
  const guarded = Object.fromEntries(
    Object.entries(bindings).map(([keys, handler]) => [
      keys,
      (event: KeyboardEvent) => {
        if (event.defaultPrevented || (!keys.includes('$mod') && typing(event.target))) return
        if (!options.inDialogs && isCovered()) return
        event.preventDefault()
        handler(event)
      },
    ]),
  )
  let stop = () => {}
  onMounted(() => (stop = tinykeys(window, guarded)))
  onUnmounted(() => stop())
}
