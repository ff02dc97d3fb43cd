import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { COMMANDS, type Command } from '../../src-main/contract/api.ts'
import { menu } from '../../src-main/electron/menu.ts'

const flat = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  it('reaches every command', () => {
    const sent: Command[] = []
    for (const item of flat(menu((command) => sent.push(command), platform))) {
      ;(item.click as (() => void) | undefined)?.()
    }
    expect([...new Set(sent)].sort()).toEqual([...COMMANDS].sort())
    expect(sent).toHaveLength(COMMANDS.length)
  })
  it('gives no key twice and takes none from the page', () => {
    const keyed = flat(menu(() => undefined, platform)).filter((item) => item.accelerator !== undefined)
    expect(new Set(keyed.map((item) => item.accelerator)).size).toBe(keyed.length)
    expect(keyed.every((item) => item.registerAccelerator === false)).toBe(true)
  })
  it('has the roles of the platform', () => {
    const roles = flat(menu(() => undefined, platform)).map((item) => item.role)
    expect(roles).toEqual(expect.arrayContaining(['copy', 'paste', 'quit', 'windowMenu', 'help', 'togglefullscreen']))
    expect(roles.includes('appMenu')).toBe(platform === 'darwin')
  })
})
