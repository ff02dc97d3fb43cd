#!/usr/bin/env node
// `npx semblance`: the command line on the pinned Node. stdout belongs to its answers, so set-up speaks on stderr.
import path from 'node:path'
import process from 'node:process'
import { setup, showFailure } from './setup.mjs'
import { handOver } from './setup/hand-over.mjs'
import { pinnedNode, root } from './setup/paths.mjs'

try {
  await setup({ quiet: true })
  process.exitCode = await handOver(pinnedNode, [path.join(root, 'out', 'main', 'cli.js'), ...process.argv.slice(2)])
} catch (error) {
  showFailure(error)
}
