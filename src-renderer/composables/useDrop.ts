import { onMounted, onUnmounted, shallowRef } from 'vue'
import type { Adopted } from '../../src-main/contract/types.ts'
import { usePictures } from './usePictures.ts'

export interface DropTarget {
  /** What a drop does here, in a sentence and a short one below. */
  readonly says: string
  readonly more: string
  /** `over` is the element that was dropped on; absent for a paste. */
  take(adopted: readonly Adopted[], over?: Element): void
}

const targets = shallowRef<readonly DropTarget[]>([])
const hovering = shallowRef(false)
let depth = 0

/** The page's own answer to a drop or a paste, while it is shown. */
function accept(target: DropTarget): void {
  onMounted(() => (targets.value = [...targets.value, target]))
  onUnmounted(() => (targets.value = targets.value.filter((each) => each !== target)))
}

async function hand(files: readonly File[], over?: Element): Promise<void> {
  const target = targets.value.at(-1)
  if (!target || files.length === 0) return
  const adopted = await usePictures().adoptFiles(files)
  if (adopted?.length) target.take(adopted, over)
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

function onDrag(event: DragEvent): void {
  if (!carriesFiles(event)) return
  event.preventDefault()
  if (event.type === 'dragenter') depth++
  if (event.type === 'dragleave') depth = Math.max(0, depth - 1)
  hovering.value = depth > 0
}

function onDrop(event: DragEvent): void {
  event.preventDefault()
  depth = 0
  hovering.value = false
  const over = event.target instanceof Element ? event.target : undefined
  void hand([...(event.dataTransfer?.files ?? [])], over)
}

function onPaste(event: ClipboardEvent): void {
  const files = [...(event.clipboardData?.files ?? [])]
  if (files.length === 0) return
  event.preventDefault()
  void hand(files)
}

/** Makes the whole window a drop target, once, by the frame. */
function attach(): void {
  const kinds = ['dragenter', 'dragover', 'dragleave'] as const
  onMounted(() => {
    for (const kind of kinds) window.addEventListener(kind, onDrag)
    window.addEventListener('drop', onDrop)
    window.addEventListener('paste', onPaste)
  })
  onUnmounted(() => {
    for (const kind of kinds) window.removeEventListener(kind, onDrag)
    window.removeEventListener('drop', onDrop)
    window.removeEventListener('paste', onPaste)
  })
}

export function useDrop() {
  return { targets, hovering, accept, attach, hand }
}
