import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Gallery } from '../../db/gallery.ts'
import type { EngineApi, Source } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import { nameOf } from './pictures.ts'

const PLACE = { table: 'journal', row: 'looking', column: 'entries' }

interface Entry {
  readonly name: string
  readonly size: number
  /** One of the two: a file is hashed only once it is suspected, bytes in memory are gone by then. */
  readonly path?: string
  readonly sha256?: string
}

/**
 * The engine, with each picture noted before the engine sees it. When the engine ends during a picture, the picture is
 * tried once more with nothing beside it; when the engine ends again it is this picture, and it is set aside by the hash
 * of its bytes. What a core that ended left in the journal counts half: being switched off proves nothing against a picture.
 * The journal is sealed, and not fsynced: it has to outlive the process, not the machine.
 */
export async function journalled(engine: EngineApi, gallery: Gallery, path: string): Promise<EngineApi> {
  const { quarantine, seal } = gallery
  const open = new Set<Entry>()
  let running = 0
  let idle = () => {}
  let exclusive: Promise<unknown> = Promise.resolve()

  function write(): void {
    try {
      if (open.size === 0) return rmSync(path, { force: true })
      writeFileSync(path, seal.seal(PLACE, JSON.stringify([...open])), { mode: 0o600 })
    } catch {
      // A full or read-only disk: looking at pictures goes on, without this protection.
    }
  }

  async function noted<T>(entry: Entry, run: () => Promise<T>): Promise<T> {
    open.add(entry)
    running++
    write()
    try {
      return await run()
    } finally {
      open.delete(entry)
      write()
      if (--running === 0) idle()
    }
  }

  /** Waits its turn among those that run alone, and until nothing else runs. */
  function alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = exclusive.then(async () => {
      if (running > 0) await new Promise<void>((resolve) => (idle = resolve))
      return run()
    })
    exclusive = turn.catch(() => undefined)
    return turn
  }

  async function watched<T>(source: Source, run: () => Promise<T>): Promise<T> {
    const entry = await entryOf(source)
    const suspected = quarantine.mayHold(entry.size) ? await hashOf(source) : undefined
    if (suspected !== undefined && quarantine.holds(suspected)) throw setAside(entry.name)
    const answer = await atMostTwice(source, entry, run)
    if (suspected !== undefined) quarantine.acquit(suspected)
    return answer
  }

  async function atMostTwice<T>(source: Source, entry: Entry, run: () => Promise<T>): Promise<T> {
    for (let seen: unknown; seen !== exclusive;) await (seen = exclusive)
    try {
      return await noted(entry, run)
    } catch (error) {
      if (!stopped(error)) throw error
    }
    return alone(async () => {
      try {
        return await noted(entry, run)
      } catch (error) {
        if (!stopped(error)) throw error
        const sha256 = await hashOf(source)
        if (sha256 !== undefined) quarantine.strike({ name: entry.name, size: entry.size, sha256 }, true)
        throw setAside(entry.name)
      }
    })
  }

  await strikeLeftovers(gallery, path)
  return {
    state: () => engine.state(),
    look: (request) => watched(request.source, () => engine.look(request)),
    render: (request) => watched(request.source, () => engine.render(request)),
    features: (request) => watched(request.source, () => engine.features(request)),
    crops: (request) => watched(request.source, () => engine.crops(request)),
    shape: (request) => watched(request.source, () => engine.shape(request)),
    pixels: (request) => watched(request.source, () => engine.pixels(request)),
    model: (id) => engine.model(id),
    losses: () => engine.losses(),
  }
}

async function strikeLeftovers(gallery: Gallery, path: string): Promise<void> {
  let entries: Entry[] = []
  try {
    entries = JSON.parse(gallery.seal.openText(PLACE, readFileSync(path))) as Entry[]
  } catch {
    // There is none, or the process ended while it was written: then no picture can be named.
  }
  // The window shows a picture in several sizes at once: one end is one strike all the same.
  const struck = new Set<string>()
  for (const entry of entries) {
    const sha256 = entry.sha256 ?? (entry.path === undefined ? undefined : await hashOf({ path: entry.path }))
    if (sha256 === undefined || struck.has(sha256)) continue
    struck.add(sha256)
    gallery.quarantine.strike({ name: entry.name, size: entry.size, sha256 }, false)
  }
  rmSync(path, { force: true })
}

async function entryOf(source: Source): Promise<Entry> {
  const name = nameOf(source)
  if ('path' in source) {
    const found = await stat(source.path).catch(() => undefined)
    return { name, path: source.path, size: found?.isFile() ? found.size : -1 }
  }
  const sha256 = createHash('sha256').update(source.bytes).digest('hex')
  return { name, sha256, size: source.bytes.byteLength }
}

/** Hex; undefined for what is no regular file or cannot be read. */
export async function hashOf(source: Source): Promise<string | undefined> {
  const hash = createHash('sha256')
  if ('bytes' in source) return hash.update(source.bytes).digest('hex')
  try {
    if (!(await stat(source.path)).isFile()) return undefined
    for await (const chunk of createReadStream(source.path)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

const stopped = (error: unknown) => error instanceof AppError && error.code === 'engine-stopped'

const setAside = (name: string) =>
  new AppError('quarantined', `"${name}" stopped the program when it was looked at. It is set aside; leave it out.`)
