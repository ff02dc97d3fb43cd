import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { AppEvent, Bridge } from '../contract/api.ts'
import type { Reply } from '../contract/call.ts'
import type { Adopted } from '../contract/types.ts'

/** Before webUtils (Electron 29) a File told its own path. */
function pathOf(file: File & { readonly path?: string }): string {
  const utils = webUtils as typeof webUtils | undefined
  return utils ? utils.getPathForFile(file) : (file.path ?? '')
}

/** A file by its path; what has none (pasted, filmed) by its bytes. */
async function handOver(file: File) {
  const path = pathOf(file)
  return path ? { path } : { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
}

const bridge: Bridge = {
  invoke: (method, args) => ipcRenderer.invoke('call', method, args) as Promise<Reply>,
  onEvent(listener) {
    // The page gets the event alone, never Electron's own event object, which leads to ipcRenderer.
    const forward = (_: unknown, event: AppEvent) => listener(event)
    ipcRenderer.on('event', forward)
    return () => {
      ipcRenderer.off('event', forward)
    }
  },
  adopt: async (files) =>
    ipcRenderer.invoke('adopt', await Promise.all(files.map(handOver))) as Promise<Reply<Adopted[]>>,
}
contextBridge.exposeInMainWorld('bridge', bridge)
