import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Entry } from '@napi-rs/keyring'
import { writeDurably } from '../../db/durable-file.ts'
import { fromSqlite } from '../../db/sqlite-error.ts'
import { AppError } from '../contract/errors.ts'
import type { Status } from '../contract/types.ts'

export interface GalleryKey {
  /** 32 random bytes. */
  readonly key: Uint8Array
  readonly status: Status['key']
}

const SERVICE = 'Semblance'
const HEX = /^[0-9a-f]{64}$/

/** The system's store for secrets. On Linux the Secret Service alone: the kernel's keyring forgets at the next start. */
export interface KeyStore {
  get(gallery: string): string | null
  set(gallery: string, key: string): void
}

const systemStore: KeyStore = {
  get: (gallery) => entry(gallery).getPassword(),
  set: (gallery, key) => entry(gallery).setPassword(key),
}
const entry = (gallery: string) => new Entry(SERVICE, gallery, { linux: { store: 'secret-service' } })

/**
 * The key of a gallery: from the key file beside it, else from the system's key store. A gallery that never had a key gets
 * one, in the key store where that works, else in a file for its owner alone. A key is on the disk before anything is sealed.
 * @param where 'file' leaves the key store alone
 * @throws AppError key-missing when a gallery with content has no key; nothing is written then
 */
export function findKey(
  folder: string,
  gallery: { readonly id: string; readonly keyed: boolean },
  where: 'auto' | 'file',
  store: KeyStore = systemStore,
): GalleryKey {
  const path = join(folder, 'gallery.key')
  const filed = readKeyFile(path)
  if (filed) return { key: filed, status: inFile }
  const stored = where === 'file' ? { reason: 'the key store is switched off' } : readStore(store, gallery.id)
  if ('key' in stored && stored.key) return { key: stored.key, status: inStore }
  if (gallery.keyed)
    throw new AppError(
      'key-missing',
      'The key of this gallery is neither in the system’s key store nor beside the gallery' +
        `${'reason' in stored ? ` (${stored.reason})` : ''}. Unlock the key store, or put gallery.key back; nothing was changed.`,
    )
  const key = randomBytes(32)
  if (where === 'auto' && !('reason' in stored) && stores(store, gallery.id, key)) return { key, status: inStore }
  try {
    writeDurably(path, `${key.toString('hex')}\n`)
  } catch (error) {
    throw fromSqlite(error)
  }
  return { key, status: inFile }
}

const inStore: Status['key'] = { where: 'os-key-store', detail: 'The key lies in the key store of the system.' }
const inFile: Status['key'] = {
  where: 'key-file',
  detail: 'The key lies in gallery.key beside the gallery: whoever can read that folder can read the gallery.',
}

function readKeyFile(path: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fromSqlite(error)
  }
  if (!HEX.test(text))
    throw new AppError('key-missing', 'The file gallery.key holds no key. Put the right one back; nothing was changed.')
  return Buffer.from(text, 'hex')
}

function readStore(store: KeyStore, gallery: string): { key?: Buffer } | { reason: string } {
  try {
    const text = store.get(gallery)
    return text !== null && HEX.test(text) ? { key: Buffer.from(text, 'hex') } : {}
  } catch {
    return { reason: 'the key store does not answer' }
  }
}

/** Whether the store really gives back what it was given. */
function stores(store: KeyStore, gallery: string, key: Buffer): boolean {
  try {
    store.set(gallery, key.toString('hex'))
    return store.get(gallery) === key.toString('hex')
  } catch {
    return false
  }
}
