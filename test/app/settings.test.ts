import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSettings } from '../../src-main/app/settings.ts'
import { temporaryFolder } from '../db/fixture.ts'

describe('settings', () => {
  it('are the defaults until changed, and are there again afterwards', () => {
    const path = join(temporaryFolder(), 'settings.json')
    const settings = openSettings(path)
    expect(settings.get()).toEqual({ theme: 'system', keep: 'crop', profile: 'face', candidates: 5, camera: false })
    expect(settings.change({ theme: 'dark', candidates: 9 }).theme).toBe('dark')
    expect(openSettings(path).get()).toEqual({
      theme: 'dark',
      keep: 'crop',
      profile: 'face',
      candidates: 9,
      camera: false,
    })
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  it('that cannot be read are kept aside, and the user is told', () => {
    const path = join(temporaryFolder(), 'settings.json')
    writeFileSync(path, '{"theme": "plaid"')
    const settings = openSettings(path)
    expect(settings.get().theme).toBe('system')
    expect(settings.notices.length).toBe(1)
    expect(existsSync(path)).toBe(false)
    expect(readFileSync(`${path}.damaged`, 'utf8')).toContain('plaid')
  })

  it('drop what they do not know', () => {
    const path = join(temporaryFolder(), 'settings.json')
    writeFileSync(path, '{"theme": "light", "__proto__": {"camera": true}, "extra": 1}')
    expect(openSettings(path).get()).toEqual({
      theme: 'light',
      keep: 'crop',
      profile: 'face',
      candidates: 5,
      camera: false,
    })
  })
})
