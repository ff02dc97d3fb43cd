import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('a trainer in the middle of a computation ends within two seconds after its core was killed, and not before', async () => {
  const parent = fork(join(import.meta.dirname, 'busy-parent.ts'), [], { execArgv: [] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [pid] = (await once(parent, 'message')) as [number]
  onTestFinished(() => {
    if (alive(pid)) process.kill(pid, 'SIGKILL')
  })
  await new Promise((done) => setTimeout(done, 1500))
  expect(alive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => alive(pid), { timeout: 2000 }).toBe(false)
})
