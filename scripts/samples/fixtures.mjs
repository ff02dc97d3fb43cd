/**
 * Makes test/fixtures/pictures from one rendered sample: the eight EXIF orientations of one upright picture, and the pixel formats that a
 * decoder must bring to 8-bit sRGB. Run after render.mjs: `node scripts/samples/fixtures.mjs`.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

const ROOT = resolve(import.meta.dirname, '../..')
const OUT = join(ROOT, 'test/fixtures/pictures')
const SOURCE = join(ROOT, 'resources/samples/probe/rubber-duck-1.jpg')

/** How the upright picture must be stored so that EXIF orientation 1-8 turns it back: mirror left-right first, then turn clockwise. */
const STORED = [
  [false, 0],
  [true, 0],
  [false, 180],
  [true, 180],
  [true, 270],
  [false, 270],
  [true, 90],
  [false, 90],
]

await mkdir(OUT, { recursive: true })
const upright = await sharp(SOURCE).resize(320, 240).removeAlpha().raw().toBuffer()
const picture = () => sharp(upright, { raw: { width: 320, height: 240, channels: 3 } })
const small = () => picture().resize(160, 120)
const save = (image, name) => image.toFile(join(OUT, name))

for (const [index, [mirrored, turn]] of STORED.entries()) {
  const flopped = await picture().flop(mirrored).png().toBuffer()
  // A flat table, whole blocks and full colour: turning such a JPEG turns its coefficients, so the eight decode alike to the last bit or so.
  const stored = sharp(flopped).rotate(turn).jpeg({
    quality: 90,
    chromaSubsampling: '4:4:4',
    quantisationTable: 1,
    optimiseScans: false,
    trellisQuantisation: false,
  })
  await save(stored.withMetadata({ orientation: index + 1 }), `orientation-${index + 1}.jpg`)
}

await save(small().toColourspace('cmyk').jpeg({ quality: 85 }), 'cmyk.jpg')
await save(small().toColourspace('rgb16').png(), 'sixteen-bit.png')
await save(
  small()
    .greyscale()
    .toColourspace('b-w')
    .joinChannel(await veil(), { raw: { width: 160, height: 120, channels: 1 } })
    .png(),
  'grey-alpha.png',
)
await save(small().png({ palette: true, colours: 64 }), 'palette.png')
await save(small().greyscale().toColourspace('b-w').jpeg({ quality: 85 }), 'grey.jpg')
await save(small().jpeg({ quality: 85, progressive: true }), 'progressive.jpg')
await save(small().webp({ quality: 80 }), 'lossy.webp')
await save(small().avif({ quality: 60, effort: 4 }), 'still.avif')
await save(small().tiff({ compression: 'lzw' }), 'lzw.tiff')
await animated()

/** An alpha plane that fades from the middle outwards but never to nothing. */
async function veil() {
  return Buffer.from({ length: 160 * 120 }, (_, i) => {
    const [x, y] = [(i % 160) / 80 - 1, Math.floor(i / 160) / 60 - 1]
    return Math.round(255 - 120 * Math.min(1, Math.hypot(x, y) / 1.4))
  })
}

/** Three frames, of which only the first is the picture. */
async function animated() {
  const first = await small().png().toBuffer()
  const others = await Promise.all([small().negate(), small().greyscale()].map((image) => image.png().toBuffer()))
  await save(
    sharp([first, ...others], { join: { animated: true } }).gif({ delay: [200, 200, 200], loop: 0 }),
    'animated.gif',
  )
}
