import { onMounted, onUnmounted } from 'vue'
import { tinykeys } from 'tinykeys'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]')

/** Arrows, Enter and the like belong to a radio button or a checkbox that has the focus; letters do not. */
const ofControl = ({ target, key }: KeyboardEvent) =>
  target instanceof HTMLElement && target.matches('input') && key.length > 1

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
        if (event.defaultPrevented) return
        if (!keys.includes('$mod') && (typing(event.target) || ofControl(event))) return
        if (!options.inDialogs && isCovered()) return
        event.preventDefault()
        handler(event)
      },
    ]),
  )
  let stop = () => {}
  // What is typed into is decided above: the library leaves out every input, radio buttons too.
  const ignore = (event: KeyboardEvent) => event.repeat || event.isComposing
  onMounted(() => (stop = tinykeys(window, guarded, { ignore })))
  onUnmounted(() => stop())
}
