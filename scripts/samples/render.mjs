/**
 * Renders the sample pictures into resources/samples and writes their manifest.
 * `node scripts/samples/render.mjs [PART…]` renders only files whose path contains one of the parts; the manifest is written once
 * all are there.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { openStudio } from './browser.mjs'
import { listShots, PAIRS } from './shots.mjs'

const OUT = resolve(import.meta.dirname, '../../resources/samples')
const SIZE = { width: 800, height: 600 }
const PASSES = { reference: 16, probe: 12 }
const LIMIT = 120_000

async function replaceFile(path, bytes) {
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
}

/** JPEG at quality 85, or the highest below it that keeps the picture under the limit. Sharp writes no metadata unless asked. */
async function compress(png) {
  for (let quality = 85; ; quality -= 3) {
    const bytes = await sharp(png).removeAlpha().jpeg({ quality, mozjpeg: true }).toBuffer()
    if (bytes.length < LIMIT || quality < 60) return bytes
  }
}

async function writeManifest(shots) {
  const pictureOf = async ({ file }) => ({
    file,
    sha256: createHash('sha256')
      .update(await readFile(join(OUT, file)))
      .digest('hex'),
  })
  const enrol = []
  const probes = []
  for (const item of shots) {
    if (item.reference) enrol.push({ name: item.shows, ...(await pictureOf(item)) })
    else probes.push({ ...(await pictureOf(item)), shows: item.shows })
  }
  const verify = PAIRS.map(([left, right, same]) => ({ left, right, same }))
  await replaceFile(join(OUT, 'manifest.json'), `${JSON.stringify({ enrol, probes, verify }, null, 2)}\n`)
}

const parts = process.argv.slice(2)
const shots = listShots()
const wanted = shots.filter(({ file }) => parts.length === 0 || parts.some((part) => file.includes(part)))
if (wanted.length === 0)
  throw new Error(`No sample's path contains ${parts.join(' or ')}. Leave the arguments out to render all.`)
for (const folder of ['enrol', 'probe']) await mkdir(join(OUT, folder), { recursive: true })
const studio = await openStudio()
try {
  for (const [index, { file, reference, shot }] of wanted.entries()) {
    const png = await studio.take(shot, { ...SIZE, passes: reference ? PASSES.reference : PASSES.probe })
    const bytes = await compress(png)
    await replaceFile(join(OUT, file), bytes)
    console.log(`${index + 1}/${wanted.length} ${file} ${Math.round(bytes.length / 1000)} kB`)
  }
} finally {
  await studio.close()
}
const missing = shots.filter(({ file }) => !existsSync(join(OUT, file)))
if (missing.length === 0) await writeManifest(shots)
else console.log(`The manifest is left as it is: ${missing.length} of ${shots.length} pictures are not rendered yet.`)
