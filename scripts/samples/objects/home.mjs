import * as THREE from 'three'
import { ball, box, group, lathe, part, ring, rod, tube } from '../form.mjs'
import { cloth, drawn, glaze, lacquer, matte, metal } from '../surface.mjs'
import { weave } from '../textures.mjs'
import { timber } from '../timber.mjs'

/** A table lamp, lit: mustard ceramic foot, brass neck, linen shade. */
export function lamp() {
  const brass = metal(0xc79a4b, { roughness: 0.28 })
  const linen = weave(0xf4e6c8, 0xd8bf93, { threads: 110, repeat: [5, 2] })
  const shade = cloth(0xffffff, {
    ...linen,
    side: THREE.DoubleSide,
    emissive: 0xffb45a,
    emissiveIntensity: 0.9,
    emissiveMap: glowMap(),
  })
  const light = new THREE.PointLight(0xffb968, 1.1, 4, 1.6)
  light.position.set(0, 1.16, 0)
  return group(
    part(
      lathe([
        [0, 0],
        [0.27, 0],
        [0.28, 0.03],
        [0.27, 0.06],
        [0.27, 0.06],
        [0.2, 0.1],
        [0.3, 0.3],
        [0.3, 0.42],
        [0.16, 0.64],
        [0.07, 0.74],
      ]),
      glaze(0xcf9020),
    ),
    part(ring(0.21, 0.02), brass, { at: [0, 0.1, 0], turn: [Math.PI / 2, 0, 0] }),
    part(rod(0.035, 0.035, 0.3), brass, { at: [0, 0.84, 0] }),
    part(ball(0.06, 32), brass, { at: [0, 0.76, 0] }),
    part(new THREE.CylinderGeometry(0.3, 0.52, 0.62, 96, 1, true), shade, { at: [0, 1.2, 0] }),
    part(ring(0.3, 0.012), cloth(0x8a5a2c), { at: [0, 1.51, 0], turn: [Math.PI / 2, 0, 0] }),
    part(ring(0.52, 0.014), cloth(0x8a5a2c), { at: [0, 0.89, 0], turn: [Math.PI / 2, 0, 0] }),
    part(ball(0.12, 32), new THREE.MeshBasicMaterial({ color: 0xfff0cf }), { at: [0, 1.14, 0] }),
    part(ball(0.035, 24), brass, { at: [0, 1.56, 0] }),
    part(rod(0.012, 0.012, 0.4), brass, { at: [0, 1.36, 0] }),
    part(
      tube(
        [
          [0.16, 0.92, 0.06],
          [0.17, 0.82, 0.07],
          [0.165, 0.72, 0.065],
        ],
        [0.006],
      ),
      brass,
    ),
    part(ball(0.022, 20), brass, { at: [0.165, 0.71, 0.065] }),
    light,
  )
}

/** The shade glows most around the bulb. */
const glowMap = () =>
  drawn(8, 256, (context, w, h) => {
    const gradient = context.createLinearGradient(0, 0, 0, h)
    for (const [at, grey] of [
      [0, 90],
      [0.55, 255],
      [1, 120],
    ])
      gradient.addColorStop(at, `rgb(${grey},${grey},${grey})`)
    context.fillStyle = gradient
    context.fillRect(0, 0, w, h)
  })

/** A kitchen chair: bent back with spindles, woven seat cushion. */
export function chair() {
  const wood = timber({ light: 0xc98d55, dark: 0x7a4722, seed: 51, repeat: [1, 1], size: 512, gloss: 0.5, rings: 3 })
  const cushion = cloth(0xffffff, weave(0x3f8f93, 0x215a63, { threads: 60, repeat: [3, 3] }))
  const leg = (x, z) =>
    part(
      tube(
        [
          [x * 0.3, 0.72, z * 0.28],
          [x * 0.36, 0.36, z * 0.34],
          [x * 0.4, 0, z * 0.38],
        ],
        [0.04, 0.05, 0.032],
      ),
      wood,
    )
  const bow = [
    [-0.34, 0.74, -0.27],
    [-0.38, 1.12, -0.36],
    [-0.3, 1.5, -0.44],
    [0, 1.62, -0.47],
    [0.3, 1.5, -0.44],
    [0.38, 1.12, -0.36],
    [0.34, 0.74, -0.27],
  ]
  const spindle = (x) => {
    const top = 1.6 - 0.55 * (x / 0.32) ** 2 * 0.4
    return part(
      tube(
        [
          [x * 0.85, 0.74, -0.29],
          [x * 0.95, 1.15, -0.375],
          [x, top, -0.46],
        ],
        [0.02, 0.028, 0.018],
      ),
      wood,
    )
  }
  return group(
    part(box(0.84, 0.075, 0.8, 0.035), wood, { at: [0, 0.745, 0] }),
    part(box(0.72, 0.1, 0.68, 0.05), cushion, { at: [0, 0.82, 0.03] }),
    ...[-1, 1].flatMap((x) => [leg(x, 1), leg(x, -1)]),
    ...[-1, 1].map((x) =>
      part(
        tube(
          [
            [x * 0.365, 0.34, -0.34],
            [x * 0.365, 0.34, 0.34],
          ],
          [0.022, 0.03, 0.022],
        ),
        wood,
      ),
    ),
    part(
      tube(
        [
          [-0.365, 0.34, 0],
          [0.365, 0.34, 0],
        ],
        [0.022, 0.03, 0.022],
      ),
      wood,
    ),
    part(tube(bow, [0.042]), wood),
    ...[-0.26, -0.13, 0, 0.13, 0.26].map(spindle),
  )
}

/** A twin-bell alarm clock, eight minutes past ten. */
export function clock() {
  const coral = lacquer(0xe2604a)
  const chrome = metal(0xdcdad4, { roughness: 0.16 })
  const brass = metal(0xd2a24c, { roughness: 0.22 })
  const dial = drawn(1024, 1024, drawDial)
  const bell = (x) => {
    const node = group(
      part(new THREE.SphereGeometry(0.22, 48, 24, 0, Math.PI * 2, 0, Math.PI / 2), brass, { scale: [1, 0.8, 1] }),
      part(rod(0.22, 0.22, 0.012), brass),
      part(ball(0.035, 20), chrome, { at: [0, 0.19, 0] }),
      part(rod(0.025, 0.025, 0.16), chrome, { at: [0, -0.06, 0] }),
    )
    node.position.set(x * 0.31, 1.1, 0)
    node.rotation.z = -x * 0.52
    return node
  }
  const foot = (x) =>
    part(
      tube(
        [
          [x * 0.3, 0.3, 0],
          [x * 0.42, 0.12, 0],
          [x * 0.47, 0, 0],
        ],
        [0.035, 0.045, 0.06],
      ),
      chrome,
    )
  return group(
    part(rod(0.5, 0.5, 0.34, 96), coral, { at: [0, 0.62, 0], turn: [Math.PI / 2, 0, 0] }),
    part(ring(0.49, 0.045), chrome, { at: [0, 0.62, 0.17] }),
    part(ring(0.49, 0.03), coral, { at: [0, 0.62, -0.17] }),
    part(new THREE.CircleGeometry(0.47, 96), matte(0xffffff, { map: dial, roughness: 0.6 }), { at: [0, 0.62, 0.175] }),
    hand(0.23, 0.03, (10 + 8 / 60) / 12),
    hand(0.36, 0.02, 8 / 60),
    hand(0.3, 0.008, 35 / 60, 0xc23b22),
    part(rod(0.03, 0.03, 0.03), brass, { at: [0, 0.62, 0.2], turn: [Math.PI / 2, 0, 0] }),
    bell(1),
    bell(-1),
    part(
      tube(
        [
          [0, 1.1, 0],
          [0, 1.24, 0],
        ],
        [0.018],
      ),
      chrome,
    ),
    part(box(0.13, 0.07, 0.06, 0.02), chrome, { at: [0, 1.25, 0] }),
    part(
      tube(
        [
          [-0.3, 1.28, 0],
          [-0.2, 1.46, 0],
          [0, 1.52, 0],
          [0.2, 1.46, 0],
          [0.3, 1.28, 0],
        ],
        [0.025],
      ),
      chrome,
    ),
    foot(1),
    foot(-1),
    part(rod(0.07, 0.07, 0.06), brass, { at: [0.18, 0.7, -0.2], turn: [Math.PI / 2, 0, 0] }),
    part(rod(0.07, 0.07, 0.06), brass, { at: [-0.18, 0.7, -0.2], turn: [Math.PI / 2, 0, 0] }),
  )
}

function hand(length, width, turns, hex = 0x22252b) {
  const node = group(part(box(width, length, 0.008, 0.003), matte(hex), { at: [0, length / 2 - 0.04, 0] }))
  node.position.set(0, 0.62, width > 0.01 ? 0.187 : 0.195)
  node.rotation.z = -turns * Math.PI * 2
  return node
}

function drawDial(context, w) {
  const middle = w / 2
  context.fillStyle = '#f7efdc'
  context.fillRect(0, 0, w, w)
  context.fillStyle = context.strokeStyle = '#22252b'
  for (let i = 0; i < 60; i++) {
    const angle = (i / 60) * Math.PI * 2
    const inner = i % 5 ? 0.455 : 0.435
    context.lineWidth = i % 5 ? 4 : 10
    context.beginPath()
    context.moveTo(middle + Math.sin(angle) * w * inner, middle - Math.cos(angle) * w * inner)
    context.lineTo(middle + Math.sin(angle) * w * 0.475, middle - Math.cos(angle) * w * 0.475)
    context.stroke()
  }
  context.font = `700 ${w * 0.115}px sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (let i = 1; i <= 12; i++) {
    const angle = (i / 12) * Math.PI * 2
    context.fillText(String(i), middle + Math.sin(angle) * w * 0.355, middle - Math.cos(angle) * w * 0.355)
  }
}
