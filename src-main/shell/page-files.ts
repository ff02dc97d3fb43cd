import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { HOST, type HostApi, type ImageRequest } from '../contract/api.ts'
import { client, type Invoke } from '../contract/call.ts'
import { AppError } from '../contract/errors.ts'
import { MIME_TYPES, SECURITY_HEADERS } from './headers.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Answers a URL of the window; never rejects. */
export type PageFiles = (url: string, method?: string) => Promise<Answer>

/**
 * The window's whole world: the files that are in `folder` now, and pictures by their id.
 *
 *     /                          index.html
 *     /assets/…                  a file of the list
 *     /thumb/ID                  a sample's thumbnail
 *     /sample/ID?size=           what the sample keeps
 *     /picture/TOKEN?size=&box=  an adopted picture, or a box of it: x,y,width,height in its pixels
 *
 * @param origin scheme and host, without the final slash
 */
export function pageFiles(origin: string, folder: string, core: Invoke): PageFiles {
  const files = listFiles(folder)
  const host = client<HostApi>(HOST, core)
  return async (url, method = 'GET') => {
    if (method !== 'GET') return plain(405)
    const asked = parse(origin, url)
    if (asked === undefined) return plain(400)
    const request = imageRequest(asked.path, asked.query)
    if (request === 'malformed') return plain(400)
    if (request !== undefined) return picture(host, request)
    const file = files.get(asked.path === '/' ? '/index.html' : asked.path)
    if (file === undefined || asked.query !== '') return plain(404)
    return answer(200, MIME_TYPES[extname(file)]!, await readFile(file))
  }
}

/** Only plain files of known types, and no link: nothing outside the folder gets into the list. */
function listFiles(folder: string, under = ''): Map<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
    const path = `${under}/${entry.name}`
    if (entry.isDirectory()) for (const [inner, file] of listFiles(folder, path)) files.set(inner, file)
    else if (entry.isFile() && extname(entry.name) in MIME_TYPES) files.set(path, join(folder, path))
  }
  return files
}

/** Decodes once. Nothing for another origin, and for a path that could mean something else to a file system. */
function parse(origin: string, url: string): { path: string; query: string } | undefined {
  if (url.length > 2048 || !url.startsWith(`${origin}/`)) return undefined
  const [location = ''] = url.slice(origin.length).split('#', 1)
  const mark = location.indexOf('?')
  const raw = mark < 0 ? location : location.slice(0, mark)
  try {
    const path = decodeURIComponent(raw)
    const odd = [...path].some((character) => character < ' ' || '\\:*|<>"?#%\u007f'.includes(character))
    const dots = path
      .split('/')
      .some((part, at) => part === '.' || part === '..' || (part === '' && at > 0 && path !== '/'))
    return odd || dots ? undefined : { path, query: mark < 0 ? '' : location.slice(mark + 1) }
  } catch {
    return undefined
  }
}

function imageRequest(path: string, query: string): ImageRequest | 'malformed' | undefined {
  const [, kind, id, ...rest] = path.split('/')
  if (kind !== 'thumb' && kind !== 'sample' && kind !== 'picture') return undefined
  const given = [...new URLSearchParams(query)]
  const { size, box, ...other } = Object.fromEntries(given)
  const numbers = box?.split(',').map(Number)
  const [x, y, width, height] = numbers ?? []
  const parsed = HOST.image.safeParse([
    {
      kind,
      id,
      ...(size === undefined ? {} : { size: Number(size) }),
      ...(box === undefined ? {} : { box: { x, y, width, height } }),
    },
  ])
  const twice = given.length !== new Set(given.map(([name]) => name)).size
  const extra = rest.length > 0 || Object.keys(other).length > 0 || (numbers !== undefined && numbers.length !== 4)
  if (!parsed.success || twice || extra || (kind !== 'picture' && box !== undefined)) return 'malformed'
  return parsed.data[0]
}

async function picture(host: HostApi, request: ImageRequest): Promise<Answer> {
  try {
    const { bytes, type } = await host.image(request)
    return /^image\/(webp|jpeg|png)$/.test(type) ? answer(200, type, Buffer.from(bytes)) : plain(500)
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal'
    return plain(code === 'not-found' ? 404 : code === 'core-stopped' || code === 'engine-stopped' ? 503 : 422)
  }
}

const plain = (status: number) => answer(status, 'text/plain; charset=utf-8', Buffer.alloc(0))

/** Nothing is cached: what is erased from the gallery must not live on in a browser's cache. */
function answer(status: number, type: string, body: Buffer): Answer {
  return { status, headers: { 'Content-Type': type, 'Cache-Control': 'no-store', ...SECURITY_HEADERS }, body }
}
