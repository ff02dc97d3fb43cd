import type { IpcMainInvokeEvent } from 'electron'
import { describe, expect, it } from 'vitest'
import { isOurPage, isOurs } from '../../src-main/electron/origin.ts'

describe('our page', () => {
  it.each(['app://bundle/', 'app://bundle/index.html', 'app://bundle/#/verify'])('is at %s', (url) =>
    expect(isOurs(url)).toBe(true),
  )
  it.each([
    ...[
      'app://bundle.evil/',
      'app://evil/',
      'app://evil/app://bundle/',
      'app://bundle:81/',
      'app://a@bundle/',
      'app:bundle',
    ],
    ...[
      'https://bundle/',
      'file:///etc/passwd',
      'about:blank',
      'data:text/html,x',
      'javascript:alert(1)',
      '',
      'blob:app://bundle/x',
    ],
  ])('is not at %j', (url) => expect(isOurs(url)).toBe(false))
})

describe('the sender of a request', () => {
  const frame = (url: string) => ({ url })
  const allows = (sender: unknown, main: unknown) =>
    isOurPage({ senderFrame: sender as IpcMainInvokeEvent['senderFrame'] }, { mainFrame: main as never })
  const main = frame('app://bundle/index.html')

  it('is the top frame of our window', () => expect(allows(main, main)).toBe(true))
  it.each([
    ['a frame that is gone', null],
    ['no frame', undefined],
    ['an inner frame of our page', frame('app://bundle/index.html')],
    ['another page', frame('https://evil/')],
  ])('is never %s', (_, sender) => expect(allows(sender, main)).toBe(false))
  it('is never our top frame while it shows something else', () => {
    for (const url of ['about:blank', 'https://evil/', '']) {
      const lost = frame(url)
      expect(allows(lost, lost)).toBe(false)
    }
  })
})
