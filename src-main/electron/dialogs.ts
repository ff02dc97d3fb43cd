import { dialog, shell, type BrowserWindow } from 'electron'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ShellApi } from '../contract/api.ts'
import { AppError } from '../contract/errors.ts'
import type { Status } from '../contract/types.ts'
import type { CoreLink } from '../shell/core-link.ts'
import { exportedModel, fileName, writeWhole } from '../shell/saved-file.ts'

const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'heic', 'heif', 'avif']

/** What a dialog is for besides pictures. */
const OF = {
  models: { title: 'Open model', filter: { name: 'Models', extensions: ['zip'] } },
  tables: { title: 'Open table', filter: { name: 'Tables', extensions: ['csv', 'tsv', 'txt'] } },
} as const

/** What the window may ask of Electron; paths that the user chooses stay on this side. */
export function shellApi(window: BrowserWindow, core: CoreLink, reason: string, downloads: string): ShellApi {
  let lastFolder = downloads
  return {
    shell: () => Promise.resolve({ kind: 'electron', reason, platform: process.platform }),

    async chooseFiles({ folder, many, of = 'pictures' }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: folder ? 'Open folder' : of !== 'pictures' ? OF[of].title : many ? 'Open pictures' : 'Open picture',
        defaultPath: lastFolder,
        properties: [folder ? 'openDirectory' : 'openFile', ...(many ? (['multiSelections'] as const) : [])],
        ...(folder
          ? {}
          : {
              filters: [
                of === 'pictures'
                  ? { name: 'Pictures', extensions: PICTURES }
                  : { ...OF[of].filter, extensions: [...OF[of].filter.extensions] },
                { name: 'All files', extensions: ['*'] },
              ],
            }),
      })
      const first = filePaths[0]
      if (canceled || first === undefined) return []
      lastFolder = dirname(first)
      const reply = await core.adopt(filePaths.map((path) => ({ path })))
      if (reply.ok) return reply.value
      throw new AppError(reply.code, reply.message)
    },

    async saveText({ name, text }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: join(lastFolder, fileName(name)),
      })
      if (canceled || !filePath) return false
      lastFolder = dirname(filePath)
      await writeWhole(filePath, text).catch((error: unknown) => {
        throw unwritable(filePath, error)
      })
      return true
    },

    async saveModel(model) {
      const { name, bytes } = await exportedModel(core, model)
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: join(lastFolder, fileName(name)),
      })
      if (canceled || !filePath) return false
      lastFolder = dirname(filePath)
      await writeWhole(filePath, bytes).catch((error: unknown) => {
        throw unwritable(filePath, error)
      })
      return true
    },

    async showDataFolder() {
      const reply = await core.invoke('status', [])
      if (!reply.ok) throw new AppError(reply.code, reply.message)
      const folder = (reply.value as Status).dataFolder
      if (folder.includes('\0') || !existsSync(folder)) throw new AppError('not-found', 'The data folder is not there.')
      const problem = await shell.openPath(folder)
      if (problem) throw new AppError('internal', `No program shows the folder: ${problem}`)
    },
  }
}

function unwritable(path: string, error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC')
    return new AppError('disk-full', `The disk is full; ${path} is not written. Free some space and save again.`)
  if (code === 'EROFS') return new AppError('read-only', `${path} lies on a read-only disk. Choose another folder.`)
  return new AppError('no-permission', `${path} cannot be written (${code ?? 'unknown cause'}). Choose another folder.`)
}
