import * as THREE from 'three'
import { ball, bend, box, group, lathe, outline, part, ring, rod, slab, tube } from '../form.mjs'
import { drawn, lacquer, matte, metal, rubber } from '../surface.mjs'

const eye = (x, y, z, size, turn = 0) =>
  group(
    part(ball(size, 24), lacquer(0x16130f), { at: [x, y, z], turn: [0, turn, 0], scale: [0.75, 1, 0.55] }),
    part(ball(size * 0.3, 16), new THREE.MeshBasicMaterial({ color: 0xffffff }), {
      at: [x + size * 0.2, y + size * 0.35, z + size * 0.45],
    }),
  )

/** A bath duck, looking along +z. */
export function duck() {
  const yellow = rubber(0xf5b90f)
  const orange = rubber(0xe2570f)
  const body = bend(ball(0.5, 96), (p) => {
    const back = Math.max(0, -p.z / 0.5)
    const low = Math.max(0, -p.y / 0.5)
    p.y = p.y * 0.74 + 0.34 * back ** 2.6 + 0.02
    p.x *= 1.02 - 0.42 * back ** 2
    p.z *= 1.22 - 0.1 * low
    p.y = Math.max(p.y, -0.3)
  })
  const wing = () =>
    bend(ball(0.24, 48), (p) => {
      const back = Math.max(0, -p.z / 0.24)
      p.x *= 0.32
      p.z *= 1.25
      p.y = p.y * (0.8 - 0.3 * back) + 0.13 * back ** 2
    })
  const beak = (thick) =>
    bend(ball(0.15, 40), (p) => {
      const front = Math.max(0, p.z / 0.15)
      p.x *= 1.15
      p.z *= 1.3
      p.y = p.y * thick + 0.035 * front ** 2
    })
  return group(
    part(body, yellow, { at: [0, 0.3, 0] }),
    part(
      lathe([
        [0.3, 0.42],
        [0.26, 0.55],
        [0.25, 0.66],
        [0.2, 0.8],
      ]),
      yellow,
      { at: [0, 0, 0.24] },
    ),
    part(ball(0.34), yellow, { at: [0, 0.9, 0.28], scale: [1, 0.97, 1] }),
    part(
      tube(
        [
          [0, 1.19, 0.24],
          [0, 1.29, 0.22],
          [0, 1.33, 0.12],
        ],
        [0.07, 0.045, 0.012],
      ),
      yellow,
    ),
    part(wing(), yellow, { at: [0.47, 0.38, -0.08], turn: [0.1, -0.12, -0.2] }),
    part(wing(), yellow, { at: [-0.47, 0.38, -0.08], turn: [0.1, 0.12, 0.2] }),
    part(beak(0.42), orange, { at: [0, 0.86, 0.63] }),
    part(beak(0.3), orange, { at: [0, 0.81, 0.6], scale: [0.85, 1, 0.85] }),
    eye(0.135, 0.99, 0.565, 0.062, 0.3),
    eye(-0.135, 0.99, 0.565, 0.062, -0.3),
  )
}

/** Six gores in four colours and white, with a cap at either pole. */
export function beachBall() {
  const map = drawn(2048, 1024, (context, w, h) => {
    const gores = ['#d8322c', '#f6f1e6', '#1f6fb5', '#f6f1e6', '#f2b319', '#f6f1e6']
    gores.forEach((fill, i) => {
      context.fillStyle = fill
      context.fillRect((i * w) / 6, 0, w / 6 + 1, h)
    })
    context.fillStyle = 'rgba(0,0,0,.18)'
    for (let i = 0; i < 6; i++) context.fillRect((i * w) / 6 - 3, 0, 6, h)
    context.fillStyle = '#2c8f5b'
    context.fillRect(0, 0, w, h * 0.085)
    context.fillRect(0, h * 0.915, w, h * 0.085)
  })
  const skin = lacquer(0xffffff, { map, roughness: 0.38, clearcoat: 0.7, clearcoatRoughness: 0.18 })
  const sphere = part(ball(0.5, 128), skin)
  const valve = part(rod(0.035, 0.04, 0.03), rubber(0xf6f1e6), { at: [0, 0.5, 0] })
  return group(sphere, valve)
}

/** A rounded little saloon, teal below and cream above, driving along +x. */
export function car() {
  const teal = lacquer(0x1f8a86)
  const cream = lacquer(0xf2e6cb)
  const glass = lacquer(0x1d2a33, { roughness: 0.08 })
  const chrome = metal(0xd8d8d6, { roughness: 0.18 })
  const lower = outline([
    [-0.98, 0.2],
    [-1.0, 0.42],
    [-0.86, 0.55],
    [-0.4, 0.6],
    [0.3, 0.6],
    [0.72, 0.55],
    [0.98, 0.44],
    [1.0, 0.2],
    [0.6, 0.15],
    [-0.6, 0.15],
  ])
  const upper = outline([
    [-0.72, 0.52],
    [-0.62, 0.76],
    [-0.42, 0.96],
    [-0.05, 1.02],
    [0.24, 0.92],
    [0.48, 0.56],
    [0.2, 0.5],
    [-0.4, 0.5],
  ])
  const front = outline([
    [-0.02, 0.6],
    [-0.02, 0.91],
    [0.17, 0.85],
    [0.36, 0.61],
  ])
  const rear = outline([
    [-0.1, 0.6],
    [-0.1, 0.92],
    [-0.38, 0.88],
    [-0.58, 0.61],
  ])
  const wheel = (x, z) =>
    group(
      part(ring(0.165, 0.075), matte(0x1d1c1b, { roughness: 0.7 }), { at: [x, 0.24, z], scale: [1, 1, 1.35] }),
      part(rod(0.15, 0.15, 0.1), cream, { at: [x, 0.24, z], turn: [Math.PI / 2, 0, 0] }),
      part(ball(0.075, 32), chrome, { at: [x, 0.24, z + Math.sign(z) * 0.045], scale: [1, 1, 0.5] }),
    )
  const lamp = (z) =>
    group(
      part(ring(0.085, 0.02), chrome, { at: [0.965, 0.43, z], turn: [0, Math.PI / 2, 0] }),
      part(ball(0.085, 32), lacquer(0xfff0bd, { emissive: 0x553f10 }), { at: [0.955, 0.43, z], scale: [0.5, 1, 1] }),
    )
  const bumper = (x) =>
    part(
      tube(
        [
          [x * 0.96, 0.22, -0.4],
          [x * 1.06, 0.22, -0.28],
          [x * 1.08, 0.22, 0],
          [x * 1.06, 0.22, 0.28],
          [x * 0.96, 0.22, 0.4],
        ],
        [0.042],
      ),
      chrome,
    )
  return group(
    part(slab(lower, 0.88, 0.13), teal),
    part(slab(upper, 0.74, 0.12), cream),
    part(slab(front, 0.76, 0.02), glass),
    part(slab(rear, 0.76, 0.02), glass),
    part(box(0.03, 0.3, 0.52, 0.015), glass, { at: [0.385, 0.745, 0], turn: [0, 0, 0.62] }),
    part(box(0.03, 0.26, 0.48, 0.015), glass, { at: [-0.635, 0.75, 0], turn: [0, 0, -0.52] }),
    part(box(1.5, 0.035, 0.9, 0.015), cream, { at: [0, 0.42, 0] }),
    ...[-0.58, 0.58].flatMap((x) => [wheel(x, 0.4), wheel(x, -0.4)]),
    lamp(0.26),
    lamp(-0.26),
    bumper(1),
    bumper(-1),
    ...[0.32, -0.32].map((z) => part(ball(0.05, 24), lacquer(0xb3201a), { at: [-0.985, 0.4, z], scale: [0.5, 1, 1] })),
    part(box(0.06, 0.03, 0.03, 0.01), chrome, { at: [-0.16, 0.53, 0.445] }),
    part(box(0.06, 0.03, 0.03, 0.01), chrome, { at: [-0.16, 0.53, -0.445] }),
  )
}

/** A tin robot: wind-up key, dials and a lamp on its head. */
export function robot() {
  const tin = lacquer(0x9c4fa0, { metalness: 0.35 })
  const steel = metal(0xb9bec2)
  const dark = matte(0x23262b)
  const glow = (hex) => lacquer(hex, { emissive: hex, emissiveIntensity: 0.35 })
  const limb = (x) =>
    group(
      part(ball(0.12, 32), steel, { at: [x * 0.46, 0.98, 0] }),
      part(
        tube(
          [
            [x * 0.46, 0.98, 0],
            [x * 0.62, 0.8, 0.02],
            [x * 0.6, 0.6, 0.14],
          ],
          [0.062],
        ),
        steel,
      ),
      part(ring(0.09, 0.035, 4.2), tin, { at: [x * 0.6, 0.52, 0.18], turn: [0.6, 0, -0.6] }),
      part(rod(0.1, 0.12, 0.3), steel, { at: [x * 0.18, 0.3, 0] }),
      part(box(0.3, 0.16, 0.42, 0.06), tin, { at: [x * 0.2, 0.08, 0.05] }),
    )
  return group(
    part(box(0.76, 0.72, 0.5, 0.09), tin, { at: [0, 0.78, 0] }),
    part(box(0.56, 0.4, 0.04, 0.02), steel, { at: [0, 0.8, 0.25] }),
    ...[-0.15, 0.15].map((x) =>
      part(rod(0.09, 0.09, 0.03), matte(0xf3ead2), { at: [x, 0.86, 0.27], turn: [Math.PI / 2, 0, 0] }),
    ),
    ...[-0.15, 0.15].map((x) =>
      part(box(0.012, 0.08, 0.01, 0.003), matte(0xb3201a), { at: [x + 0.02, 0.885, 0.29], turn: [0, 0, -0.6] }),
    ),
    ...[0xd6402f, 0xf0b429, 0x3aa469].map((hex, i) =>
      part(ball(0.035, 20), glow(hex), { at: [-0.16 + i * 0.16, 0.68, 0.27] }),
    ),
    part(rod(0.1, 0.12, 0.1), steel, { at: [0, 1.18, 0] }),
    part(box(0.56, 0.44, 0.44, 0.1), tin, { at: [0, 1.44, 0] }),
    ...[-0.14, 0.14].flatMap((x) => [
      part(ring(0.095, 0.024), steel, { at: [x, 1.49, 0.22] }),
      part(ball(0.09, 32), glow(0xf6c945), { at: [x, 1.49, 0.21], scale: [1, 1, 0.45] }),
      part(ball(0.036, 20), dark, { at: [x, 1.49, 0.252], scale: [1, 1, 0.4] }),
    ]),
    part(box(0.3, 0.07, 0.03, 0.02), dark, { at: [0, 1.32, 0.215] }),
    ...[-0.09, -0.03, 0.03, 0.09].map((x) => part(box(0.012, 0.07, 0.02, 0.004), steel, { at: [x, 1.32, 0.226] })),
    ...[-1, 1].map((x) => part(rod(0.09, 0.09, 0.08), steel, { at: [x * 0.3, 1.45, 0], turn: [0, 0, Math.PI / 2] })),
    part(rod(0.018, 0.018, 0.2), steel, { at: [0, 1.74, 0] }),
    part(ball(0.06, 24), glow(0xd6402f), { at: [0, 1.86, 0] }),
    limb(1),
    limb(-1),
  )
}
