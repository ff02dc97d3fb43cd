import { readFileSync, renameSync } from 'node:fs'
import { writeDurably } from '../../db/durable-file.ts'
import { fromSqlite } from '../../db/sqlite-error.ts'
import { settingsSchema, type Settings } from '../contract/settings.ts'
import type { Problem } from '../contract/types.ts'

export interface SettingsFile {
  get(): Settings
  change(change: Partial<Settings>): Settings
  readonly notices: readonly Problem[]
}

/** settings.json. One that cannot be read is kept under another name, the defaults take its place, and a notice says so. */
export function openSettings(path: string): SettingsFile {
  const { settings, notices } = read(path)
  let current = settings
  return {
    notices,
    get: () => current,
    change(change) {
      const next = settingsSchema.parse({ ...current, ...change })
      try {
        writeDurably(path, `${JSON.stringify(next, null, 2)}\n`)
      } catch (error) {
        throw fromSqlite(error)
      }
      current = next
      return next
    },
  }
}

function read(path: string): { settings: Settings; notices: Problem[] } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { settings: settingsSchema.parse({}), notices: [] }
    throw fromSqlite(error)
  }
  try {
    return { settings: settingsSchema.parse(JSON.parse(text)), notices: [] }
  } catch {
    renameSync(path, `${path}.damaged`)
    const message =
      'The settings file could not be read. The defaults apply; the old file is kept as settings.json.damaged.'
    return { settings: settingsSchema.parse({}), notices: [{ code: 'settings', message }] }
  }
}
