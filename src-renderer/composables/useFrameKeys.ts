import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { Command } from '../../src-main/contract/api.ts'
import { command, onCommand } from './useEvents.ts'
import { useKeys } from './useKeys.ts'
import { useOpen } from './useOpen.ts'
import { usePictures } from './usePictures.ts'
import { useUndo } from './useUndo.ts'

const listShown = shallowRef(false)

export const useShortcutList = () => listShown

const KEYS: Record<string, Command> = {
  '$mod+1': 'enrol',
  '$mod+2': 'verify',
  '$mod+3': 'identify',
  '$mod+4': 'gallery',
  '$mod+5': 'learn',
  '$mod+6': 'lab',
  '$mod+,': 'settings',
  '$mod+f': 'find',
  '$mod+z': 'undo',
  '$mod+o': 'open-files',
  '$mod+Shift+O': 'open-folder',
  '?': 'shortcuts',
  'Shift+?': 'shortcuts',
}

/** What a command does on a page that does not answer it itself. */
export function useFrameKeys(): void {
  const router = useRouter()
  const { choosePictures, chooseFolder } = usePictures()
  const { enrolPictures } = useOpen()
  for (const page of ['enrol', 'verify', 'identify', 'gallery', 'learn', 'lab', 'settings'] as const)
    onCommand(page, () => void router.push(`/${page}`))
  onCommand('find', () => void router.push({ path: '/gallery', query: { find: '1' } }))
  onCommand('undo', () => void useUndo().undo())
  onCommand('shortcuts', () => (listShown.value = true))
  onCommand('open-files', () => void choosePictures().then((adopted) => adopted.length && enrolPictures(adopted)))
  onCommand('open-folder', () => void chooseFolder().then((adopted) => adopted.length && enrolPictures(adopted)))
  const typing = () => document.activeElement?.matches('input:not([type=radio]):not([type=checkbox]), textarea')
  useKeys(
    Object.fromEntries(
      Object.entries(KEYS).map(([keys, name]) => [
        keys,
        // In a text field the same keys take back typing.
        () => (name === 'undo' && typing() ? document.execCommand('undo') : command(name)),
      ]),
    ),
  )
}
