import { protocol, type Session } from 'electron'
import type { PageFiles } from '../shell/page-files.ts'
import { SCHEME } from './origin.ts'

/** Electron accepts this only before it is ready, so main.ts calls it at once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        // Would grant reads from other origins; it protects nothing.
        corsEnabled: false,
        bypassCSP: false,
        allowServiceWorkers: false,
        stream: false,
      },
    },
  ])
}

/** Serves the window's pages and pictures in `session`. */
export function serveFiles(session: Session, files: PageFiles): void {
  const target = session.protocol as Partial<Session['protocol']> & Session['protocol']
  if (typeof target.handle === 'function') {
    target.handle(SCHEME, async (request) => {
      const { status, headers, body } = await files(request.url, request.method)
      return new Response(new Uint8Array(body), { status, headers })
    })
    return
  }
  target.registerBufferProtocol(SCHEME, (request, respond) => {
    void files(request.url, request.method).then(({ status, headers, body }) =>
      respond({
        statusCode: status,
        headers: { ...headers },
        data: body,
        mimeType: headers['Content-Type']!.split(';')[0]!,
      }),
    )
  })
}
