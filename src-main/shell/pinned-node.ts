import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The Node that core and engine run on: SEMBLANCE_NODE, else the npm package `node` beside the app. When neither is
 * there, a shell that runs on a Node new enough lends its own.
 */
export function pinnedNode(root: string, env: NodeJS.ProcessEnv = process.env): string {
  if (env['SEMBLANCE_NODE']) return env['SEMBLANCE_NODE']
  const beside = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const major = Number(process.versions.node.split('.')[0])
  return !existsSync(beside) && !process.versions['electron'] && major >= 24 ? process.execPath : beside
}

/** What the core inherits: everything but what would change how Node itself starts. */
export function coreEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NODE_OPTIONS|NODE_PATH|ELECTRON_.*)$/i.test(name)),
  )
}
