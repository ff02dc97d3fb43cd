// Gives the terminal to a child and ends as it ends.
import { spawn } from 'node:child_process'
import process from 'node:process'
import { childEnvironment } from './paths.mjs'

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>} its exit code; a signal that ended it ends this process too
 */
export async function handOver(program, args, { env = {}, cwd = process.cwd() } = {}) {
  const child = spawn(program, args, {
    cwd,
    stdio: 'inherit',
    env: childEnvironment(env),
  })
  // A terminal sends SIGINT to the child itself; a supervisor sends SIGTERM only here.
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (...ended) => resolve(ended))
  })
  for (const name of signals) process.off(name, pass)
  if (signal) {
    process.kill(process.pid, signal)
    return 1
  }
  return code
}
