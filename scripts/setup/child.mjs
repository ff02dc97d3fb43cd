// Children whose output goes to a log and is shown only when they fail.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { noteChild } from './orphans.mjs'
import { childEnvironment, root, stateFolder } from './paths.mjs'

/** What the user can act on; anything else that is thrown is a bug. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} [details] the last lines of a log
   */
  constructor(message, details = '') {
    super(message)
    this.name = 'SetupError'
    this.details = details
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
let ending = false

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It is gone already.
  }
}

/** Ends every child with its own children, and resolves when they are gone: what follows may write where they wrote. */
export async function endChildren() {
  ending = true
  const gone = [...running].map((child) => {
    const { pid } = child
    if (pid === undefined) return undefined
    signalGroup(pid, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), 3_000)
    return new Promise((resolve) => child.once('close', resolve)).then(() => clearTimeout(timer))
  })
  await Promise.all(gone)
}

/**
 * @param {string} file
 * @param {number} [count]
 * @returns {string} the last lines of a text file, '' when there is none
 */
export function lastLines(file, count = 30) {
  try {
    return stripVTControlCharacters(readFileSync(file, 'utf8')).trimEnd().split('\n').slice(-count).join('\n')
  } catch {
    return ''
  }
}

/**
 * Runs a program with its output in `.setup/NAME.log` and resolves with what it wrote to stdout.
 * @param {string} program
 * @param {string[]} args
 * @param {{ log: string, cwd?: string, env?: NodeJS.ProcessEnv, timeoutSeconds?: number, failure?: string, shell?: boolean, append?: boolean }} options
 * @returns {Promise<string>}
 * @throws {SetupError} when it cannot start, does not end in time, or ends with another code than 0
 */
export async function run(program, args, options) {
  if (ending) throw new SetupError('it is interrupted')
  const { log, cwd = root, env = childEnvironment(), timeoutSeconds = 1800, shell = false } = options
  const file = path.join(stateFolder, `${log}.log`)
  mkdirSync(stateFolder, { recursive: true })
  const sink = openSync(file, options.append ? 'a' : 'w')
  writeSync(sink, `$ ${[program, ...args].join(' ')}\n`)
  const failure = options.failure ?? `${path.basename(program)} does not succeed`
  // A group of its own lets a timeout end the grandchildren too (npm's, pip's).
  const child = spawn(program, args, {
    cwd,
    env: { ...env, NO_COLOR: '1', FORCE_COLOR: '0' },
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  running.add(child)
  const forget = child.pid === undefined ? () => {} : noteChild(child.pid)
  let stdout = ''
  let late = false
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    stdout += chunk.toString()
    writeSync(sink, chunk)
  })
  child.stderr.on('data', (/** @type {Buffer} */ chunk) => void writeSync(sink, chunk))
  const timer = setTimeout(() => {
    late = true
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
  }, timeoutSeconds * 1000)
  try {
    const ended = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? signal))
    })
    if (late) throw new SetupError(`${failure}: no end within ${timeoutSeconds} s`, lastLines(file))
    if (ended !== 0) throw new SetupError(`${failure} (exit ${String(ended)})`, lastLines(file))
    return stdout
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`${failure}: ${/** @type {Error} */ (error).message}`, lastLines(file))
  } finally {
    clearTimeout(timer)
    running.delete(child)
    forget()
    closeSync(sink)
  }
}
