import { expect, it } from 'vitest'
import { shellArguments } from '../../src-main/shell/arguments.ts'
import { coreEnvironment, pinnedNode } from '../../src-main/shell/pinned-node.ts'

it('takes the data folder and the backend, and leaves the browser’s own switches alone', () => {
  expect(shellArguments(['app', '--data', '/d', '--inspect=0', '--backend=wasm'])).toEqual({
    data: '/d',
    backend: 'wasm',
  })
  expect(shellArguments(['--no-sandbox', 'app'])).toEqual({})
  expect(shellArguments(['--data'])).toEqual({})
})

it('finds the Node that the core runs on', () => {
  expect(pinnedNode('/app', { SEMBLANCE_NODE: '/n/node' })).toBe('/n/node')
  expect(pinnedNode(process.cwd(), {})).toMatch(/node_modules[\\/]node[\\/]bin[\\/]node/)
  expect(pinnedNode('/nowhere', {})).toBe(process.execPath)
})

it('keeps from the core what would change how Node starts', () => {
  const env = { PATH: '/bin', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', SEMBLANCE_KEY: 'file' }
  expect(coreEnvironment(env)).toEqual({ PATH: '/bin', SEMBLANCE_KEY: 'file' })
})
