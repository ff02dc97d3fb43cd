#!/usr/bin/env node
// `npm run bench -- NAME…`: set up what is missing, then run the benches on the pinned Node.
import path from 'node:path'
import process from 'node:process'
import { setup, showFailure } from './setup.mjs'
import { handOver } from './setup/hand-over.mjs'
import { pinnedNode, root } from './setup/paths.mjs'

try {
  await setup()
  process.exitCode = await handOver(pinnedNode, [path.join(root, 'bench', 'main.ts'), ...process.argv.slice(2)])
} catch (error) {
  showFailure(error)
}
