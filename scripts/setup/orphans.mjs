// Children of a set-up that was killed outright go on without it, and would write into what the next one makes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** @type {string | undefined} */
let folder

/**
 * When a process started, so that a number given anew to another program is not taken for the child.
 * @param {number} pid
 * @returns {string | undefined} undefined when it is gone, or on systems without /proc
 */
function startOf(pid) {
  try {
    // The name, in parentheses, may hold spaces; the start time is the 20th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/**
 * @param {number} pid of a child that leads a process group
 * @returns {() => void} called when it ended
 */
export function noteChild(pid) {
  const start = startOf(pid)
  if (folder === undefined || start === undefined) return () => {}
  const file = path.join(folder, String(pid))
  writeFileSync(file, start)
  return () => rmSync(file, { force: true })
}

/**
 * Ends what an earlier set-up left running, and notes the children of this one from here on. Call it with the lock held.
 * @param {string} place a folder of its own
 */
export async function endOrphans(place) {
  folder = place
  mkdirSync(place, { recursive: true })
  for (const name of readdirSync(place)) {
    const file = path.join(place, name)
    const pid = Number(name)
    const start = readFileSync(file, 'utf8')
    if (start !== '' && startOf(pid) === start) {
      process.kill(-pid, 'SIGKILL')
      for (let tries = 0; tries < 50 && startOf(pid) === start; tries += 1) await sleep(100)
    }
    rmSync(file, { force: true })
  }
}
