import { describe, expect, it } from 'vitest'
import { isAllowed, isLocal } from '../../src-main/electron/permissions.ts'

const PERMISSIONS = [
  ...['clipboard-read', 'clipboard-sanitized-write', 'deprecated-sync-clipboard-read', 'display-capture', 'fullscreen'],
  ...[
    'fileSystem',
    'geolocation',
    'hid',
    'idle-detection',
    'keyboardLock',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
  ],
  ...['notifications', 'openExternal', 'pointerLock', 'serial', 'speaker-selection', 'storage-access'],
  ...['top-level-storage-access', 'usb', 'window-management', 'unknown'],
]
const ours = { url: 'app://bundle/', isMainFrame: true, media: ['video'] }

describe('permissions', () => {
  it.each(PERMISSIONS)('%s: only full screen and copying without the camera, and its picture with it', (permission) => {
    const always = ['fullscreen', 'clipboard-sanitized-write']
    expect(isAllowed(permission, ours, false)).toBe(always.includes(permission))
    expect(isAllowed(permission, ours, true)).toBe([...always, 'media'].includes(permission))
  })
  it.each(PERMISSIONS)('%s: nothing for another page or an inner frame', (permission) => {
    expect(isAllowed(permission, { ...ours, isMainFrame: false }, true)).toBe(false)
    for (const url of ['https://evil/', 'app://bundle.evil/', '']) {
      expect(isAllowed(permission, { ...ours, url }, true)).toBe(false)
    }
  })
  it('never the microphone', () => {
    for (const media of [['audio'], ['audio', 'video'], []])
      expect(isAllowed('media', { ...ours, media }, true)).toBe(false)
  })
})

describe('requests of the page', () => {
  it('stay on this machine', () => {
    for (const url of ['app://bundle/', 'blob:app://bundle/1']) expect(isLocal(url, true)).toBe(true)
    const away = [
      'http://a/',
      'https://a/',
      'ws://a/',
      'wss://a/',
      'file:///a',
      'ftp://a/',
      'data:text/html,x',
      'filesystem:x',
      '',
    ]
    for (const url of away) expect(isLocal(url, false)).toBe(false)
    expect(isLocal('devtools://devtools/x', true)).toBe(false)
  })
})
