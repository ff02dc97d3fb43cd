import { createRequire } from 'node:module'
import { AppError } from '../../contract/errors.ts'

const load = createRequire(import.meta.url)

interface HeicImage {
  readonly width: number
  readonly height: number
  decode(): Promise<{ data: Uint8ClampedArray; width: number; height: number }>
}
type Decode = (input: { buffer: Uint8Array }) => Promise<HeicImage[] & { dispose(): void }>

const brand = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))
const HEVC = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis']

/** HEIC by its content: an ISO file of an HEVC brand. AVIF shares the container and is left to sharp. */
export function isHeic(bytes: Uint8Array): boolean {
  if (bytes.length < 16 || brand(bytes, 4) !== 'ftyp') return false
  const end = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256)
  const brands = [brand(bytes, 8)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(brand(bytes, at))
  if (brands.includes('avif') || brands.includes('avis')) return false
  return brands.some((name) => HEVC.includes(name)) || brands[0] === 'mif1' || brands[0] === 'msf1'
}

/**
 * The first image, turned upright by the decoder, RGBA. sharp's own build has no HEVC decoder.
 * @throws AppError 'bad-picture' | 'picture-too-large'
 */
export async function decodeHeic(
  name: string,
  bytes: Uint8Array,
  mostPixels: number,
): Promise<{ data: Uint8Array; width: number; height: number }> {
  const { all } = load('heic-decode') as { all: Decode }
  let images: Awaited<ReturnType<Decode>> | undefined
  try {
    // The package knows fewer brands than there are; the first one is replaced in a copy by one it knows.
    const buffer = new Uint8Array(bytes)
    buffer.set([0x68, 0x65, 0x69, 0x63], 8)
    images = await all({ buffer })
    const first = images[0]
    if (!first) throw new Error('no image inside')
    if (first.width * first.height > mostPixels)
      throw new AppError(
        'picture-too-large',
        `${name} has ${first.width} × ${first.height} pixels; at most 50 million are read. A smaller copy can be used.`,
      )
    const { data, width, height } = await first.decode()
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('bad-picture', `${name} is a HEIC picture that cannot be decoded. A JPEG copy can be used.`, {
      cause,
    })
  } finally {
    images?.dispose()
  }
}
