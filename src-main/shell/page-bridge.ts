import type { AppEvent, Bridge } from '../contract/api.ts'
import type { Reply } from '../contract/call.ts'
import type { Adopted } from '../contract/types.ts'

/** What the shell reaches in the page, under a name that it draws anew at each start. */
export interface Door {
  emit(event: AppEvent): void
  file(id: number): File
  /** Its bytes as base64. */
  bytes(id: number): Promise<string>
  /** Asks for files; the numbers of those chosen. With `folder` the browser lists all files under the one chosen. */
  choose(folder: boolean, many: boolean): Promise<{ id: number; relative: string }[]>
  /** 'unavailable' when the browser has no save dialog for pages. */
  save(name: string, text: string): Promise<'saved' | 'cancelled' | 'unavailable'>
  say(text: string): void
}

export interface Names {
  readonly origin: string
  /** The browser's binding: a function of (kind, JSON) on the page's global object, gone once this has run. */
  readonly binding: string
  readonly door: string
}

/** The part of a page's world used below; this side is compiled without a DOM. */
interface PageWorld {
  readonly location: { readonly origin: string }
  readonly top: unknown
  readonly document: { createElement(tag: 'input'): FileInput }
  readonly showSaveFilePicker?: (options: { suggestedName: string }) => Promise<{ createWritable(): Promise<Writable> }>
  alert(text: string): void
}
interface FileInput {
  type: string
  multiple: boolean
  webkitdirectory: boolean
  readonly files: ArrayLike<File & { readonly webkitRelativePath: string }>
  addEventListener(type: 'change' | 'cancel', listener: () => void): void
  click(): void
}
interface Writable {
  write(text: string): Promise<void>
  close(): Promise<void>
}

/**
 * Runs in the page before any of its scripts, and must stand alone: it travels there as text. Puts `bridge` on the
 * page's global object, as Electron's preload does.
 */
export function installBridge({ origin, binding, door }: Names): void {
  const page = globalThis as unknown as PageWorld & Record<string, unknown>
  const call = page[binding] as (kind: string, json: string) => Promise<string>
  delete page[binding]
  if (page.location.origin !== origin || page.top !== globalThis) return

  const listeners = new Set<(event: AppEvent) => void>()
  const files = new Map<number, File>()
  let next = 0
  const keep = (file: File) => {
    files.set(++next, file)
    return next
  }

  const inside: Door = {
    emit: (event) => listeners.forEach((listener) => listener(event)),
    file: (id) => files.get(id)!,
    async bytes(id) {
      const all = new Uint8Array(await files.get(id)!.arrayBuffer())
      let text = ''
      // A call has room for some ten thousand arguments.
      for (let at = 0; at < all.length; at += 8192) text += String.fromCharCode(...all.subarray(at, at + 8192))
      return btoa(text)
    },
    choose: (folder, many) =>
      new Promise((settle) => {
        const input = page.document.createElement('input')
        input.type = 'file'
        input.multiple = many
        input.webkitdirectory = folder
        input.addEventListener('cancel', () => settle([]))
        input.addEventListener('change', () => {
          // A folder's path follows from one file in it.
          const chosen = Array.from(input.files).slice(0, folder ? 1 : undefined)
          settle(chosen.map((file) => ({ id: keep(file), relative: file.webkitRelativePath })))
        })
        input.click()
      }),
    async save(name, text) {
      if (!page.showSaveFilePicker) return 'unavailable'
      try {
        const file = await (await page.showSaveFilePicker({ suggestedName: name })).createWritable()
        await file.write(text)
        await file.close()
        return 'saved'
      } catch (error) {
        return (error as Error).name === 'AbortError' ? 'cancelled' : 'unavailable'
      }
    },
    say: (text) => {
      setTimeout(() => page.alert(text))
    },
  }

  // The reading half of `encode` in pipe.ts, which this function cannot import.
  const read = (_key: string, value: unknown): unknown => {
    const packed = value as { $bytes?: unknown; $of?: unknown } | null
    if (typeof packed !== 'object' || typeof packed?.$bytes !== 'string') return value
    const bytes = Uint8Array.from(atob(packed.$bytes), (character) => character.charCodeAt(0))
    if (packed.$of === 'Float32Array') return new Float32Array(bytes.buffer)
    return packed.$of === 'Int32Array' ? new Int32Array(bytes.buffer) : bytes
  }
  const bridge: Bridge = {
    invoke: async (method, args) => JSON.parse(await call('call', JSON.stringify([method, args])), read) as Reply,
    onEvent(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async adopt(handed) {
      const ids = handed.map(keep)
      try {
        const list = handed.map((file, at) => ({ id: ids[at], name: file.name }))
        return JSON.parse(await call('adopt', JSON.stringify(list))) as Reply<Adopted[]>
      } finally {
        for (const id of ids) files.delete(id)
      }
    },
  }
  Object.defineProperty(globalThis, 'bridge', { value: Object.freeze(bridge) })
  Object.defineProperty(globalThis, door, { value: Object.freeze(inside) })
}
