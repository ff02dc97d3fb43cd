import * as THREE from 'three'
import { ball, bend, box, colour, crowd, group, lathe, part } from './form.mjs'
import { randomFrom } from './random.mjs'
import { dull, glaze } from './surface.mjs'
import { coursed, garden, gingham, mottled, rug, terrazzo, weave } from './textures.mjs'
import { timber } from './timber.mjs'

const plane = (w, h, segments = 1) => new THREE.PlaneGeometry(w, h, segments, segments)
/** A floor, wall or roll takes shadows and throws none: nothing lies under it, and light comes in from behind a wall as from a room. */
function ground(geometry, material, where) {
  const mesh = part(geometry, material, where)
  mesh.castShadow = false
  return mesh
}

const floor = (material, y = 0, edge = -7) =>
  ground(plane(14, 14), material, { at: [0, y, edge + 7], turn: [-Math.PI / 2, 0, 0] })
const wall = (material, z, height = 9) => ground(plane(16, height), material, { at: [0, height / 2, z] })

/** A paper or cloth roll: flat in front, curving up behind. */
function sweep(material, depth = 1.7, radius = 1.3) {
  const geometry = bend(plane(14, 14, 70), (p) => {
    const back = p.y - (depth - radius)
    if (back <= 0) return p.set(p.x, 0, -p.y)
    const angle = Math.min(back / radius, Math.PI / 2)
    const rest = Math.max(0, back - (radius * Math.PI) / 2)
    return p.set(p.x, radius * (1 - Math.cos(angle)) + rest, -(depth - radius) - radius * Math.sin(angle))
  })
  return ground(geometry, material)
}

const books = (x, z, hexes) =>
  group(
    ...hexes.map((hex, i) => {
      const tall = 0.62 + ((i * 37) % 5) * 0.05
      return part(box(0.13, tall, 0.45, 0.02), dull(hex), {
        at: [x + i * 0.145, tall / 2, z],
        turn: [0, 0, i === hexes.length - 1 ? 0.16 : 0],
      })
    }),
  )

const frame = (x, y, z, hex, w = 0.9, h = 1.15) =>
  group(
    part(box(w, h, 0.06, 0.01), dull(0x2d2722), { at: [x, y, z + 0.03] }),
    part(box(w - 0.1, h - 0.1, 0.02, 0.005), dull(0xefe9dc), { at: [x, y, z + 0.06] }),
    part(ball(0.22, 32), dull(hex), { at: [x, y + 0.06, z + 0.07], scale: [1, 1, 0.02] }),
  )

function vase(x, z, hex, leaf) {
  const random = randomFrom(21)
  const leaves = crowd(
    bend(ball(0.14, 16), (p) => p.set(p.x * 0.5, p.y * 1.9 + 0.2, p.z * 0.12)),
    dull(leaf),
    34,
    (d) => {
      d.position.set(x, 0.62, z)
      d.rotation.set((random() - 0.5) * 2, random() * 6.3, (random() - 0.5) * 1.2)
      d.scale.setScalar(0.8 + 0.8 * random())
    },
  )
  return group(
    part(
      lathe([
        [0, 0],
        [0.2, 0],
        [0.2, 0],
        [0.3, 0.25],
        [0.22, 0.5],
        [0.13, 0.62],
        [0.16, 0.68],
      ]),
      glaze(hex),
      { at: [x, 0, z] },
    ),
    leaves,
  )
}

function lawn(seed) {
  const random = randomFrom(seed)
  const blade = bend(new THREE.PlaneGeometry(0.022, 0.2, 1, 3), (p) => {
    const up = (p.y + 0.1) / 0.2
    p.set(p.x * (1 - up * 0.9), p.y + 0.1, up * up * 0.07)
  })
  const green = dull(0xffffff, { side: THREE.DoubleSide })
  return crowd(blade, green, 26000, (d) => {
    const z = 2.2 - 5.6 * random() ** 0.85
    const spread = 2.1 - z * 0.55
    d.position.set((random() - 0.5) * 2 * spread, -0.07, z)
    d.rotation.set((random() - 0.5) * 0.7, random() * 6.3, (random() - 0.5) * 0.7)
    d.scale.setScalar(0.5 + 0.75 * random())
    return new THREE.Color().setHSL(0.22 + 0.07 * random(), 0.45 + 0.2 * random(), 0.2 + 0.18 * random())
  })
}

function view(texture, z = -7, height = 8, low = -2) {
  const mesh = new THREE.Mesh(plane(26, height), new THREE.MeshBasicMaterial({ map: texture, fog: false }))
  mesh.position.set(0, low + height / 2, z)
  return mesh
}

const paper = (hex) => dull(0xffffff, { map: mottled(hex, { clouds: 24, depth: 0.02, grain: 0.015, repeat: [3, 3] }) })
const plaster = (hex) => dull(0xffffff, { map: mottled(hex, { clouds: 6, depth: 0.05, grain: 0.02, repeat: [2, 1] }) })

/** Every backdrop: what stands there, the colour of the haze and of the light that the floor throws back. */
const BACKDROPS = {
  paper: (hex = 0xe9e2d6) => ({ node: sweep(paper(hex)), haze: hex, bounce: hex }),
  linen: (hex = 0xd9cdb8) => ({
    node: sweep(dull(0xffffff, weave(hex, new THREE.Color(hex).multiplyScalar(0.62).getHex(), { repeat: [7, 7] }))),
    haze: hex,
    bounce: hex,
  }),
  walnut: (hex = 0x8fa08d) => ({
    node: group(
      floor(timber({ light: 0xa9774e, dark: 0x4d2c18, planks: 6, repeat: [3, 3], seed: 4 })),
      wall(plaster(hex), -2.3),
      frame(-1.15, 1.25, -2.3, 0xd08a5a),
      vase(1.35, -1.8, 0xe9e2d2, 0x5d7a4f),
    ),
    haze: hex,
    bounce: 0x8a5b3a,
  }),
  oak: (hex = 0xe6dfd3) => ({
    node: group(
      floor(timber({ light: 0xe0c096, dark: 0xa9794a, planks: 8, repeat: [3, 3], seed: 8, rings: 6 })),
      wall(plaster(hex), -2),
      books(0.75, -1.6, [0x8c3b32, 0x2f5d62, 0xd8b26a, 0x3c4a6b, 0xa6563f]),
      frame(-1.25, 1.3, -2, 0x5b8a8a, 1, 0.8),
    ),
    haze: hex,
    bounce: 0xd2ab7c,
  }),
  kitchen: (hex = 0xe4ece8) => ({
    node: group(
      floor(
        glaze(0xffffff, {
          map: terrazzo('#ddd8cf', ['#b8aa98', '#8f8a84', '#c98f6f', '#6f7f7a', '#efece6'], { repeat: [6, 6] }),
          roughness: 0.45,
          clearcoat: 0,
        }),
      ),
      wall(glaze(0xffffff, { ...coursed(hex, 0xb9b4aa, { repeat: [4, 2.25], gap: 0.025 }) }), -1.5),
      vase(-1.5, -1.1, 0x3f6f78, 0x6c8a4c),
    ),
    haze: hex,
    bounce: 0xd6d0c5,
  }),
  gingham: (hex = 0x4c7a9c) => ({
    node: group(
      floor(dull(0xffffff, { map: gingham(hex, { repeat: [6, 6] }) }), 0, -1.5),
      view(garden('#cfe3ea', '#eef0dc', ['#6f8f55', '#8fab66', '#557a4a', '#b7c77f']), -7, 9, -3.4),
    ),
    haze: 0xdfe8dc,
    bounce: 0xd8dcd8,
  }),
  grass: () => ({
    node: group(
      floor(dull(0x4e5d2a), -0.06),
      lawn(31),
      view(
        garden('#bcdcef', '#e9f1e4', ['#5d8547', '#7ba257', '#48713d', '#a1bb68'], { seed: 17, level: 0.4 }),
        -7,
        9,
        -3.6,
      ),
    ),
    haze: 0xcfe0d2,
    bounce: 0x6b8040,
  }),
  brick: (hex = 0xb2684c) => ({
    node: group(
      floor(dull(0xffffff, { map: mottled(0xa8a49c, { clouds: 9, depth: 0.16, grain: 0.05, repeat: [2, 2] }) })),
      wall(
        dull(
          0xffffff,
          coursed(hex, 0xcfc6b8, { across: 6, down: 14, offset: 0.5, gap: 0.06, rough: 1, repeat: [3.4, 2.2] }),
        ),
        -1.9,
      ),
    ),
    haze: 0xb9a79a,
    bounce: 0xa39d94,
  }),
  rug: (hex = 0x47708a) => ({
    node: group(
      floor(
        dull(0xffffff, { map: rug('#e5d8bf', ['#a8442f', '#2d5260', '#d29a3e', '#37474a'], { repeat: [3.6, 3.6] }) }),
      ),
      wall(plaster(hex), -2.4),
      frame(1.2, 1.35, -2.4, 0xe0b04e, 0.8, 1),
    ),
    haze: hex,
    bounce: 0xc9b99c,
  }),
  slate: (hex = 0x75868c) => ({
    node: group(
      floor(dull(0xffffff, { map: mottled(0x7b8588, { clouds: 8, depth: 0.24, grain: 0.06, repeat: [2, 2] }) })),
      wall(plaster(hex), -2.6),
      vase(-1.3, -2, 0xb5653f, 0x7d9a62),
    ),
    haze: hex,
    bounce: 0x8a9296,
  }),
  beach: () => ({
    node: group(sand(), view(sea(), -7, 9, -4.2)),
    haze: 0xe6ecec,
    bounce: 0xe0c99a,
  }),
}

function sand() {
  const geometry = bend(plane(14, 14, 200), (p) => {
    p.z = 0.018 * Math.sin(p.y * 11 + 1.4 * Math.sin(p.x * 2.3)) + 0.01 * Math.sin(p.x * 5 + p.y * 3)
  })
  return ground(
    geometry,
    dull(0xffffff, { map: mottled(0xe3cda2, { clouds: 14, depth: 0.1, grain: 0.09, repeat: [4, 4] }) }),
    {
      at: [0, -0.012, 0],
      turn: [-Math.PI / 2, 0, 0],
    },
  )
}

/** Sky over a band of sea and wet sand, far enough behind to be soft. */
function sea() {
  const canvas = document.createElement('canvas')
  canvas.width = 64
  canvas.height = 1024
  const context = canvas.getContext('2d')
  const gradient = context.createLinearGradient(0, 0, 0, 1024)
  for (const [at, hex] of [
    [0, '#8fc3e6'],
    [0.42, '#dceef4'],
    [0.44, '#3f93a8'],
    [0.52, '#63b3ba'],
    [0.545, '#f2f6f0'],
    [0.56, '#d8c39a'],
    [1, '#e3cda2'],
  ])
    gradient.addColorStop(at, hex)
  context.fillStyle = gradient
  context.fillRect(0, 0, 64, 1024)
  const texture = new THREE.CanvasTexture(canvas)
  texture.colorSpace = THREE.SRGBColorSpace
  return texture
}

/** Builds a backdrop by name. `tint` is its main colour, where it has one. */
export function backdrop(name, tint) {
  const built = BACKDROPS[name](tint)
  return { ...built, haze: colour(built.haze), bounce: colour(built.bounce) }
}

/** A window frame through which the key light falls: bars around `at`, facing along `direction`. */
export function windowBars(at, direction) {
  const bar = dull(0x000000)
  const wide = 0.11
  const node = group()
  for (const x of [-0.95, 0, 0.95]) node.add(part(box(wide, 3.4, 0.03, 0.005), bar, { at: [x, 0, 0] }))
  for (const y of [-1.35, -0.45, 0.45, 1.35]) node.add(part(box(2.2, wide, 0.03, 0.005), bar, { at: [0, y, 0] }))
  for (const x of [-2.55, 2.55]) node.add(part(box(3.1, 6, 0.03, 0.005), bar, { at: [x, 0, 0] }))
  for (const y of [-2.9, 2.9]) node.add(part(box(8, 3, 0.03, 0.005), bar, { at: [0, y, 0] }))
  node.position.copy(at)
  node.lookAt(at.clone().add(direction))
  return node
}
