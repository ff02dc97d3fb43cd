import type { IpcMainInvokeEvent, WebContents } from 'electron'

export const SCHEME = 'app'
export const HOST_NAME = 'bundle'
/** In Node `new URL('app://x').origin` is the text "null" for every scheme of one's own: compare protocol and host. */
export const ORIGIN = `${SCHEME}://${HOST_NAME}`

export function isOurs(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url)
    return protocol === `${SCHEME}:` && host === HOST_NAME && username === '' && password === ''
  } catch {
    return false
  }
}

/** Only the window's own top frame, while it shows our page. A frame that is gone is null (and undefined on old Electrons). */
export function isOurPage(
  event: Pick<IpcMainInvokeEvent, 'senderFrame'>,
  page: Pick<WebContents, 'mainFrame'>,
): boolean {
  const frame = event.senderFrame as typeof event.senderFrame | undefined
  return frame != null && frame === page.mainFrame && isOurs(frame.url)
}
