import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom, type Random } from '../src-main/engine/training/random.ts'

/** Paths in a square from −1 to 1. None looks like itself after a quarter or half turn, so that "orientation" can be seen. */
const SHAPES = {
  triangle: 'M0 -1L.7 .8H-.7Z',
  heart: 'M0 .95C-1.6 -.1 -.8 -1.2 0 -.45C.8 -1.2 1.6 -.1 0 .95Z',
  arrow: 'M0 -1L.85 -.1H.35V1H-.35V-.1H-.85Z',
  drop: 'M0 -1C.5 -.3 .75 .05 .75 .35A.75 .75 0 0 1 -.75 .35C-.75 .05 -.5 -.3 0 -1Z',
  crescent: 'M.45 -.9A1 1 0 1 0 .45 .9A.8 .8 0 1 1 .45 -.9Z',
  mushroom: 'M-1 .1A1 1 0 0 1 1 .1H.3V.95H-.3V.1Z',
  house: 'M0 -1L1 -.15H.75V.9H-.75V-.15H-1Z',
  fish: 'M0 -1C-.75 -.5 -.6 .3 -.15 .55L-.6 1H.6L.15 .55C.6 .3 .75 -.5 0 -1Z',
} as const

type Fill = 'plain' | 'outlined' | 'striped' | 'dotted' | 'chequered'

interface Look {
  /** Degrees, as in hsl(). */
  readonly hue: number
  readonly fill: Fill
  /** Degrees, clockwise. */
  readonly turn: number
  /** Share of the half side that the shape's half side takes. */
  readonly scale: number
  readonly copies: number
  readonly ground: string
}
const PLAIN: Look = { hue: 225, fill: 'plain', turn: 0, scale: 0.6, copies: 1, ground: '60 12% 92%' }

/** What a shape is crossed with: each value changes one thing of the plain look. */
export const ATTRIBUTES = {
  colour: {
    red: { hue: 0 },
    yellow: { hue: 48 },
    green: { hue: 130 },
    turquoise: { hue: 180 },
    blue: { hue: 225 },
    pink: { hue: 310 },
  },
  fill: {
    plain: { fill: 'plain' },
    outlined: { fill: 'outlined' },
    striped: { fill: 'striped' },
    dotted: { fill: 'dotted' },
    chequered: { fill: 'chequered' },
  },
  orientation: { up: { turn: 0 }, right: { turn: 90 }, down: { turn: 180 }, left: { turn: 270 } },
  size: { small: { scale: 0.26 }, medium: { scale: 0.5 }, large: { scale: 0.88 } },
  number: { one: { copies: 1 }, two: { copies: 2 }, four: { copies: 4 }, nine: { copies: 9 } },
  ground: {
    pale: { ground: '60 12% 92%' },
    dark: { ground: '240 8% 14%' },
    sand: { ground: '38 45% 68%' },
    leaf: { ground: '95 35% 45%' },
  },
} as const satisfies Record<string, Record<string, Partial<Look>>>

export type Attribute = keyof typeof ATTRIBUTES

export interface Drawing {
  readonly path: string
  readonly shape: string
  readonly value: string
}

const SIDE = 224

/** Every shape with every value of the attribute, once each: a little moved, turned, scaled and tinted by the seed. */
export async function drawAnalogies(folder: string, attribute: Attribute, seed: number): Promise<Drawing[]> {
  mkdirSync(folder, { recursive: true })
  const random = createRandom(seed)
  const drawings: Drawing[] = []
  for (const shape of Object.keys(SHAPES) as (keyof typeof SHAPES)[]) {
    for (const [value, change] of Object.entries<Partial<Look>>(ATTRIBUTES[attribute])) {
      const path = join(folder, `${attribute}-${shape}-${value}.png`)
      const svg = svgOf(SHAPES[shape], { ...PLAIN, ...change }, random)
      await sharp(Buffer.from(svg)).png().toFile(path)
      drawings.push({ path, shape, value })
    }
  }
  return drawings
}

function svgOf(path: string, { hue, fill, turn, scale, copies, ground }: Look, random: Random): string {
  const about = (centre: number, by: number) => centre + (2 * random.next() - 1) * by
  const ink = `hsl(${about(hue, 6)} ${about(70, 8)}% ${about(46, 5)}%)`
  const columns = Math.ceil(Math.sqrt(copies))
  const rows = Math.ceil(copies / columns)
  const cell = SIDE / columns
  const radius = about(scale, 0.05 * scale) * (cell / 2)
  const shift = { x: about(0, 0.06 * SIDE), y: about(0, 0.06 * SIDE) }
  const angle = about(turn, 7)
  const places = Array.from({ length: copies }, (_, i) => ({
    x: ((i % columns) + 0.5) * cell + shift.x / columns,
    y: SIDE / 2 + (Math.floor(i / columns) + 0.5 - rows / 2) * cell + shift.y / columns,
  }))
  const paint = { plain: ink, outlined: 'none', striped: 'url(#p)', dotted: 'url(#p)', chequered: 'url(#p)' }[fill]
  const shapes = places.map(
    ({ x, y }) =>
      `<path d="${path}" transform="translate(${x} ${y}) rotate(${angle}) scale(${radius})" fill="${paint}" stroke="${ink}" stroke-width="${5 / radius}" stroke-linejoin="round"/>`,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><defs>${pattern(fill, ink, radius)}</defs>` +
    `<rect width="${SIDE}" height="${SIDE}" fill="hsl(${ground})"/>${shapes.join('')}</svg>`
  )
}

/** In units of the shape, which scales the pattern along: a stripe or dot is as wide on a small shape as on a large one. */
function pattern(fill: Fill, ink: string, radius: number): string {
  const step = 15 / radius
  const marks = {
    plain: '',
    outlined: '',
    striped: `<rect width="${step}" height="${step / 2}" fill="${ink}"/>`,
    dotted: `<circle cx="${step / 2}" cy="${step / 2}" r="${step / 3.4}" fill="${ink}"/>`,
    chequered: `<path d="M0 0h${step / 2}v${step}h${step / 2}v${-step / 2}H0Z" fill="${ink}"/>`,
  }[fill]
  return `<pattern id="p" width="${step}" height="${step}" patternUnits="userSpaceOnUse">${marks}</pattern>`
}
