import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fromSqlite } from '../../db/sqlite-error.ts'

const NAME = 'Semblance'

/** Where the gallery lies: as asked, else SEMBLANCE_DATA, else the folder the system has for an application's data. */
export function dataFolder(asked: string | undefined, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const own = asked ?? env['SEMBLANCE_DATA']
  if (own) return resolve(own)
  const home = homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', NAME)
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), NAME)
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), NAME)
}

/** Makes it, for its owner alone. @throws AppError read-only, disk-full */
export function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
  } catch (error) {
    throw fromSqlite(error)
  }
}
