import type { MenuItemConstructorOptions } from 'electron'
import type { Command } from '../contract/api.ts'

type Item = MenuItemConstructorOptions
const line: Item = { type: 'separator' }

/**
 * The menu. Keys of commands are shown but not taken on Linux and Windows: the page listens for them itself, since
 * CmdOrCtrl+Z or CmdOrCtrl+F in a text field mean something else. macOS takes menu keys first, and sends the command.
 */
export function menu(send: (command: Command) => void, platform: NodeJS.Platform): Item[] {
  const mac = platform === 'darwin'
  const item = (label: string, command: Command, accelerator?: string): Item => ({
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  })
  const settings = item('Settings…', 'settings', 'CmdOrCtrl+,')
  const app: Item = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  }
  return [
    ...(mac ? [app] : []),
    {
      label: '&File',
      submenu: [
        item('Open pictures…', 'open-files', 'CmdOrCtrl+O'),
        item('Open folder…', 'open-folder', 'CmdOrCtrl+Shift+O'),
        ...(mac ? [line, { role: 'close' } satisfies Item] : [line, settings, line, { role: 'quit' } satisfies Item]),
      ],
    },
    {
      label: '&Edit',
      submenu: [
        item('Undo', 'undo', 'CmdOrCtrl+Z'),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        line,
        item('Find…', 'find', 'CmdOrCtrl+F'),
      ],
    },
    {
      label: '&Go',
      submenu: [
        item('Enrol', 'enrol', 'CmdOrCtrl+1'),
        item('Verify', 'verify', 'CmdOrCtrl+2'),
        item('Identify', 'identify', 'CmdOrCtrl+3'),
        item('Gallery', 'gallery', 'CmdOrCtrl+4'),
        item('Learn', 'learn', 'CmdOrCtrl+5'),
        item('Lab', 'lab', 'CmdOrCtrl+6'),
      ],
    },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Keyboard shortcuts', 'shortcuts')] },
  ]
}
