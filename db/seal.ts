import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const NONCE = 12
const TAG = 16

/** Where a sealed value lives. It opens there and nowhere else: each part is authenticated with it. */
export interface Place {
  readonly table: string
  readonly row: string
  /** Id of the model that made the value; absent where none did. */
  readonly model?: string
  readonly column: string
}

export interface Seal {
  /** nonce (12 bytes, fresh) | tag (16 bytes) | ciphertext */
  seal(place: Place, plain: Uint8Array | string): Buffer
  /** @throws SealError when a bit differs, the value comes from another place, or the key is another one */
  open(place: Place, sealed: Uint8Array): Buffer
  openText(place: Place, sealed: Uint8Array): string
  /** Keyed hash: equal for equal texts, and tells nothing to whoever lacks the key. 32 bytes. */
  mac(text: string): Buffer
}

export class SealError extends Error {
  override readonly name = 'SealError'
}

/** AES-256-GCM (NIST SP 800-38D) with associated data table|row|model|column. @param key 32 bytes */
export function createSeal(key: Uint8Array): Seal {
  if (key.byteLength !== 32) throw new Error('A gallery key has 32 bytes.')
  const sealing = derive(key, 'semblance seal')
  const hashing = derive(key, 'semblance mac')

  function open(place: Place, sealed: Uint8Array): Buffer {
    try {
      const cipher = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(0, NONCE), { authTagLength: TAG })
      cipher.setAAD(associated(place))
      cipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
      return Buffer.concat([cipher.update(sealed.subarray(NONCE + TAG)), cipher.final()])
    } catch (error) {
      throw new SealError(`${place.table}.${place.column} of ${place.row} does not open.`, { cause: error })
    }
  }

  return {
    seal(place, plain) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG })
      cipher.setAAD(associated(place))
      const data = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain
      const text = Buffer.concat([cipher.update(data), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text])
    },
    open,
    openText: (place, sealed) => open(place, sealed).toString('utf8'),
    mac: (text) => createHmac('sha256', hashing).update(text).digest(),
  }
}

const derive = (key: Uint8Array, purpose: string) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
const associated = ({ table, row, model = '', column }: Place) => Buffer.from(`${table}|${row}|${model}|${column}`)
