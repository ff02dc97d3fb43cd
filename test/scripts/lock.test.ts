import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLock } from '../../scripts/setup/lock.mjs'

let folder: string
let lock: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'semblance-lock-'))
  lock = path.join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a second taker waits, says so once, and goes on when the first gives the lock back', async () => {
  const order: string[] = []
  const release = await takeLock(lock)
  const second = takeLock(lock, (owner) => order.push(`waits for ${owner?.pid === process.pid}`)).then((free) => {
    order.push('second')
    free()
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  order.push('first')
  release()
  await second
  expect(order).toEqual(['waits for true', 'first', 'second'])
  expect(existsSync(lock)).toBe(false)
})

test('the lock of a process that is gone is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  mkdirSync(lock)
  writeFileSync(path.join(lock, 'owner.json'), JSON.stringify({ pid, host: hostname(), since: 1 }))
  const release = await takeLock(lock)
  expect(JSON.parse(readFileSync(path.join(lock, 'owner.json'), 'utf8'))).toMatchObject({ pid: process.pid })
  release()
})

test('a lock without an owner, left by a death between two lines, is taken over once it is old', async () => {
  mkdirSync(lock)
  utimesSync(lock, new Date(0), new Date(0))
  const release = await takeLock(lock)
  expect(existsSync(path.join(lock, 'owner.json'))).toBe(true)
  release()
})

test('a process that lost the lock does not give back the lock of another', async () => {
  const release = await takeLock(lock)
  writeFileSync(path.join(lock, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname(), since: 1 }))
  release()
  expect(existsSync(lock)).toBe(true)
})

test('six processes that meet an abandoned lock are never inside together', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  mkdirSync(lock)
  writeFileSync(path.join(lock, 'owner.json'), JSON.stringify({ pid, host: hostname(), since: 1 }))
  const log = path.join(folder, 'log')
  const script = `
    import { appendFileSync } from 'node:fs'
    import { takeLock } from ${JSON.stringify(pathToFileURL(path.resolve('scripts/setup/lock.mjs')).href)}
    const release = await takeLock(${JSON.stringify(lock)})
    appendFileSync(${JSON.stringify(log)}, 'in\\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    appendFileSync(${JSON.stringify(log)}, 'out\\n')
    release()`
  const ends = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
    return new Promise((resolve) => child.once('exit', resolve))
  })
  expect(await Promise.all(ends)).toEqual([0, 0, 0, 0, 0, 0])
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(6))
})
