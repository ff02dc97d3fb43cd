#!/usr/bin/env node
// `npm start`: set up what is missing, then open the app in the best window this machine has, saying which and why.
import path from 'node:path'
import process from 'node:process'
import { setup, showFailure } from './setup.mjs'
import { findBrowser } from './setup/browsers.mjs'
import { findElectron, isRoot } from './setup/electron.mjs'
import { handOver } from './setup/hand-over.mjs'
import { pinnedNode, root } from './setup/paths.mjs'

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`)
/** @param {string} name */
const built = (name) => path.join(root, 'out', 'main', name)

/**
 * @param {string} why
 * @param {string} how how the window opens
 * @param {string[]} args
 */
async function inTheTerminal(why, how, args) {
  say(`${why}: the main job runs here in the terminal, on the bundled samples.\n`)
  const code = await handOver(pinnedNode, [built('cli.js'), 'demo', ...args])
  say(`\n${how}`)
  return code
}

/**
 * SEMBLANCE_SHELL=electron|chromium|terminal leaves the choice to the user.
 * @param {string[]} args
 */
async function open(args) {
  const wanted = process.env.SEMBLANCE_SHELL
  if (wanted === 'terminal') {
    return inTheTerminal(
      'SEMBLANCE_SHELL asks for no window',
      'npm start without SEMBLANCE_SHELL opens the window.',
      args,
    )
  }
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    const how =
      'To open the window, run npm start in a desktop session, or with DISPLAY set (ssh -X, or xvfb-run npm start).'
    return inTheTerminal('No display is found (neither DISPLAY nor WAYLAND_DISPLAY is set)', how, args)
  }
  /** @type {string[]} */
  const refused = []
  if (wanted !== 'chromium') {
    const electron = await findElectron(say)
    if ('path' in electron) {
      say(`Window: Electron, ${electron.source}.`)
      if (isRoot()) say('Electron runs without its sandbox, which root cannot have; an ordinary user gets it.')
      return handOver(electron.path, [...(isRoot() ? ['--no-sandbox'] : []), root, ...args], {
        env: { SEMBLANCE_SHELL_REASON: `Electron, ${electron.source}.` },
      })
    }
    refused.push(`Electron: ${electron.reason}`)
  }
  if (wanted !== 'electron') {
    const found = findBrowser()
    if ('browser' in found) {
      const because =
        refused.length > 0
          ? `since Electron is not available (${refused[0]?.slice('Electron: '.length)})`
          : 'as SEMBLANCE_SHELL asks'
      say(`Window: ${found.browser.name} in app mode, ${because}.`)
      return handOver(pinnedNode, [built('chromium-shell.js'), ...args], {
        env: {
          SEMBLANCE_BROWSER: found.browser.path,
          SEMBLANCE_SHELL_REASON: `${found.browser.name} in app mode, ${because}.`,
        },
      })
    }
    refused.push(`browser: ${found.reason}`)
  }
  const how = `To open the window, install Chromium, Chrome or Edge, or let Electron's download through, and run npm start again.`
  return inTheTerminal(`No window can be opened (${refused.join('; ')})`, how, args)
}

try {
  await setup()
  process.exitCode = await open(process.argv.slice(2))
} catch (error) {
  showFailure(error)
}
