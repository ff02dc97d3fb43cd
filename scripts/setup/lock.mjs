// One set-up at a time in one working copy. A folder is the lock, since mkdir is atomic everywhere.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson } from './stamp.mjs'

const HEARTBEAT_MS = 5_000
const SILENT_MS = 120_000

/** @typedef {{ pid: number, host: string, since: number }} Owner */

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * @param {string} folder
 * @returns {{ owner: Owner | undefined, silentMs: number } | undefined} undefined when nobody holds it
 */
function look(folder) {
  try {
    const silentMs = Date.now() - statSync(folder).mtimeMs
    return { owner: /** @type {Owner | undefined} */ (readJson(path.join(folder, 'owner.json'))), silentMs }
  } catch {
    return undefined
  }
}

/** @param {{ owner: Owner | undefined, silentMs: number }} held */
function abandoned({ owner, silentMs }) {
  if (silentMs > SILENT_MS) return true
  if (!owner) return silentMs > HEARTBEAT_MS
  return owner.host === hostname() && !alive(owner.pid)
}

/**
 * Takes an abandoned lock away. The new name says whose lock it was and stays, so that a second process which judged the
 * same owner cannot move the lock of the one that came first: a rename onto a folder with content fails.
 * @param {string} folder
 * @param {Owner | undefined} owner
 */
function clear(folder, owner) {
  const grave = `${folder}.abandoned-${owner ? `${owner.pid}-${owner.since}` : 'unsigned'}`
  if (!owner) rmSync(grave, { recursive: true, force: true })
  try {
    renameSync(folder, grave)
  } catch {
    return
  }
}

/**
 * @param {string} folder
 * @param {(owner: Owner | undefined) => void} [waiting] called once when somebody else holds it
 * @returns {Promise<() => void>} gives the lock back
 */
export async function takeLock(folder, waiting = () => {}) {
  mkdirSync(path.dirname(folder), { recursive: true })
  let said = false
  for (;;) {
    try {
      mkdirSync(folder)
      break
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    const held = look(folder)
    if (!held) continue
    if (abandoned(held)) {
      clear(folder, held.owner)
    } else {
      if (!said) waiting(held.owner)
      said = true
    }
    await sleep(200)
  }
  /** @type {Owner} */
  const mine = { pid: process.pid, host: hostname(), since: Date.now() }
  writeFileSync(path.join(folder, 'owner.json'), JSON.stringify(mine))
  const stillMine = () => {
    const owner = look(folder)?.owner
    return owner?.pid === mine.pid && owner.since === mine.since
  }
  const beat = setInterval(() => {
    const now = new Date()
    if (stillMine()) utimesSync(folder, now, now)
  }, HEARTBEAT_MS)
  beat.unref()
  return () => {
    clearInterval(beat)
    if (!stillMine()) return
    rmSync(folder, { recursive: true, force: true })
    const parent = path.dirname(folder)
    for (const name of readdirSync(parent)) {
      const grave = path.join(parent, name)
      if (!name.startsWith(`${path.basename(folder)}.abandoned-`)) continue
      if (Date.now() - statSync(grave).ctimeMs > 10 * SILENT_MS) rmSync(grave, { recursive: true, force: true })
    }
  }
}
