import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adopt, fakePicture, fakeResources, forkCore, temporaryFolder, testCore, until } from '../core/fixture.ts'

const program = resolve(import.meta.dirname, '../core/fake-core.ts')

/** Ends the core while it looks at the picture. */
async function killWhileLooking(folder: string, resources: string, path: string): Promise<void> {
  const core = forkCore(program, [folder, resources])
  const picture = await adopt(core.api, path)
  const looking = core.api.inspect({ picture, profile: 'object' })
  const code = looking.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  )
  await until(() => existsSync(join(folder, 'looking.journal')))
  core.child.kill('SIGKILL')
  expect(await code).toBe('core-stopped')
  await core.ended
}

describe('the journal', () => {
  it('names the picture that was looked at when the core ended twice, and sets it aside; once proves nothing', async () => {
    const folder = temporaryFolder(onTestFinished)
    const resources = fakeResources(onTestFinished)
    const path = fakePicture(temporaryFolder(onTestFinished), 'SLOW', 'suspect.jpg')
    await killWhileLooking(folder, resources, path)
    const sealed = readFileSync(join(folder, 'looking.journal'))
    expect(sealed.includes('suspect')).toBe(false)

    const after = await testCore(onTestFinished, { dataFolder: folder, resources })
    const once = await after.api.inspect({ picture: await after.adopt(path), profile: 'object' })
    expect(once.found.length).toBe(1)
    expect(existsSync(join(folder, 'looking.journal'))).toBe(false)
    await after.close()

    await killWhileLooking(folder, resources, path)
    await killWhileLooking(folder, resources, path)
    const last = await testCore(onTestFinished, { dataFolder: folder, resources })
    await expect(last.api.inspect({ picture: await last.adopt(path), profile: 'object' })).rejects.toMatchObject({
      code: 'quarantined',
    })
    const { notices } = await last.api.status()
    expect(notices.map(({ message }) => message).join()).toContain('suspect.jpg')
  })

  it('that cannot be read is no obstacle', async () => {
    const folder = temporaryFolder(onTestFinished)
    writeFileSync(join(folder, 'looking.journal'), createHash('sha256').digest())
    const core = await testCore(onTestFinished, { dataFolder: folder })
    expect((await core.api.status()).notices.map(({ code }) => code)).toEqual(['key-file'])
  })
})
