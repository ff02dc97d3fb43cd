import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom, type Random } from '../src-main/engine/training/random.ts'

/** Paths in a square from −1 to 1. */
const SHAPES: Readonly<Record<string, string>> = {
  disc: 'M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z',
  square: 'M-.85 -.85H.85V.85H-.85Z',
  triangle: 'M0 -1L.95 .8H-.95Z',
  star: 'M0 -1L.24 -.32L.95 -.31L.38 .12L.59 .81L0 .4L-.59 .81L-.38 .12L-.95 -.31L-.24 -.32Z',
}
/** Hues in degrees. */
const COLOURS: Readonly<Record<string, number>> = { red: 0, yellow: 50, green: 130, blue: 220 }
const FILLS = ['plain', 'striped', 'dotted'] as const
type Fill = (typeof FILLS)[number]
/** Side of a picture; the shape's radius is drawn from this range, so that "size" is a number. */
const SIDE = 160
const RADII = [22, 62] as const

export interface Thing {
  readonly file: string
  readonly shape: string
  readonly colour: string
  readonly fill: Fill
  /** Diameter in pixels. */
  readonly size: number
}

export const ATTRIBUTES = ['shape', 'colour', 'fill', 'size'] as const

/**
 * Draws things whose shape, colour, fill and size are drawn independently of each other, each a little moved, turned, and of
 * another tint on another ground, and writes attributes.csv beside them.
 */
export async function drawThings(folder: string, count: number, seed: number): Promise<Thing[]> {
  const random = createRandom(seed)
  mkdirSync(folder, { recursive: true })
  const things: Thing[] = []
  for (let n = 0; n < count; n++) {
    const [radiusLow, radiusHigh] = RADII
    const radius = radiusLow + random.next() * (radiusHigh - radiusLow)
    const thing: Thing = {
      file: `${String(n).padStart(4, '0')}.png`,
      shape: one(Object.keys(SHAPES), random),
      colour: one(Object.keys(COLOURS), random),
      fill: one(FILLS, random),
      size: Math.round(2 * radius),
    }
    await sharp(Buffer.from(svgOf(thing, random)))
      .png()
      .toFile(join(folder, thing.file))
    things.push(thing)
  }
  const lines = things.map((thing) => [thing.file, ...ATTRIBUTES.map((name) => thing[name])].join(','))
  writeFileSync(join(folder, 'attributes.csv'), `${['file', ...ATTRIBUTES].join(',')}\n${lines.join('\n')}\n`)
  return things
}

const one = <T>(of: readonly T[], random: Random): T => of[random.integer(of.length)]!

function svgOf({ shape, colour, fill, size }: Thing, random: Random): string {
  const between = (low: number, high: number) => low + random.next() * (high - low)
  const hue = COLOURS[colour]! + between(-12, 12)
  const ink = `hsl(${hue} ${between(55, 85)}% ${between(38, 55)}%)`
  const pale = `hsl(${hue} ${between(20, 40)}% ${between(80, 88)}%)`
  const ground = `hsl(${between(0, 360)} ${between(0, 18)}% ${between(25, 92)}%)`
  const room = SIDE / 2 - size / 2 - 4
  const at = () => SIDE / 2 + between(-room, room) * 0.7
  const step = between(7, 10)
  const marks =
    fill === 'striped'
      ? `<rect width="${step / 2}" height="${step}" fill="${ink}"/>`
      : `<circle cx="${step / 2}" cy="${step / 2}" r="${step / 3.2}" fill="${ink}"/>`
  const pattern = `<pattern id="p" width="${step}" height="${step}" patternUnits="userSpaceOnUse" patternTransform="rotate(${between(0, 180)})"><rect width="${step}" height="${step}" fill="${pale}"/>${marks}</pattern>`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><defs>${pattern}</defs>` +
    `<rect width="${SIDE}" height="${SIDE}" fill="${ground}"/>` +
    `<path d="${SHAPES[shape]}" transform="translate(${at()} ${at()}) rotate(${between(-25, 25)}) scale(${size / 2})" ` +
    `fill="${fill === 'plain' ? ink : 'url(#p)'}" stroke="${ink}" stroke-width="${4 / size}"/></svg>`
  )
}
