// Step 5: the four Node programs, Electron's two files and the window, by electron-vite on the pinned Node.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { run, SetupError } from './child.mjs'
import { fingerprint } from './fingerprint.mjs'
import { modules, pinnedNode, root } from './paths.mjs'
import { keyOf } from './stamp.mjs'

const SOURCES = ['src-main', 'src-renderer', 'db', 'electron.vite.config.ts', 'package-lock.json']
const OUTPUTS = [
  ...['core.js', 'engine.js', 'cli.js', 'chromium-shell.js', 'main.cjs'].map((name) => path.join('out', 'main', name)),
  path.join('out', 'preload', 'preload.cjs'),
  path.join('out', 'renderer', 'index.html'),
]

const missing = () => OUTPUTS.filter((file) => !existsSync(path.join(root, file)))

/** @type {import('./steps.mjs').Step} */
export const build = {
  name: 'build',
  title: 'build',
  key: () => keyOf(fingerprint(SOURCES.map((name) => path.join(root, name)))),
  present: () => missing().length === 0,
  async run(progress) {
    progress.stage('electron-vite build')
    await run(pinnedNode, [path.join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
      log: 'build',
      failure: 'the build does not succeed',
    })
    const absent = missing()
    if (absent.length > 0) throw new SetupError(`the build ends without ${absent.join(', ')}`)
    return { text: 'out/ holds the window, both shells, the core, the engine and the command line' }
  },
}
