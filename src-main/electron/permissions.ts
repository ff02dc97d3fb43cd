import type { Session, WebContents } from 'electron'
import { isOurs } from './origin.ts'

/** The part of Electron's request details that a decision rests on. */
export interface Asked {
  readonly url: string
  readonly isMainFrame: boolean
  /** 'video' | 'audio', as asked for; a check may leave it open. */
  readonly media: readonly string[]
}

/** All is refused but full screen, copying, and the camera's picture while its switch is on. */
export function isAllowed(permission: string, asked: Asked, camera: boolean): boolean {
  if (!isOurs(asked.url) || !asked.isMainFrame) return false
  if (permission === 'fullscreen' || permission === 'clipboard-sanitized-write') return true
  return permission === 'media' && camera && asked.media.length > 0 && asked.media.every((type) => type === 'video')
}

/** app: and blob: are the window's own; Chromium's inspector asks for devtools: while the app is being built. */
export const isLocal = (url: string, packaged: boolean) =>
  /^(app|blob):/.test(url) || (!packaged && /^(devtools|chrome-extension):/.test(url))

export function restrict(session: Session, packaged: boolean, camera: () => boolean): void {
  const topUrl = (contents: WebContents | null) => contents?.getURL() ?? ''
  session.setPermissionRequestHandler(null)
  session.setPermissionCheckHandler(null)
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    const url = details.requestingUrl || topUrl(contents)
    answer(isAllowed(permission, { url, isMainFrame: details.isMainFrame, media }, camera()))
  })
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    const media = details.mediaType === undefined || details.mediaType === 'unknown' ? [] : [details.mediaType]
    const url = details.requestingUrl ?? (origin || topUrl(contents))
    return isAllowed(permission, { url, isMainFrame: details.isMainFrame, media }, camera())
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler?.((_request, answer) => answer({}))
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url, packaged) }))
  session.on('will-download', (event) => event.preventDefault())
}
