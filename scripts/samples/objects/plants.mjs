import * as THREE from 'three'
import { ball, bend, colour, crowd, group, lathe, part, rod, v3 } from '../form.mjs'
import { randomFrom } from '../random.mjs'
import { glaze, matte } from '../surface.mjs'

/** One ribbed cactus column with its spines. */
function column(radius, height, ribs, at, lean = 0) {
  const geometry = bend(new THREE.CapsuleGeometry(radius, height, 24, ribs * 12, 40), (p) => {
    const angle = Math.atan2(p.z, p.x)
    const round = Math.hypot(p.x, p.z) / radius
    const swell = 1 + 0.11 * Math.abs(Math.cos((angle * ribs) / 2)) ** 0.7 * Math.min(1, round * 1.4)
    p.x *= swell
    p.z *= swell
  })
  const rows = Math.round((height + radius) / 0.075)
  const spine = new THREE.ConeGeometry(0.0075, 0.1, 5)
  spine.translate(0, 0.05, 0)
  const spines = crowd(spine, matte(0xf3e7c4), ribs * rows * 3, (d, i) => {
    const rib = Math.floor(i / (rows * 3))
    const row = Math.floor(i / 3) % rows
    const angle = (rib / ribs) * Math.PI * 2
    const y = (row / (rows - 1) - 0.5) * (height + radius * 1.5)
    const over = Math.max(0, Math.abs(y) - height / 2)
    const reach = Math.sqrt(Math.max(radius * radius - over * over, 0)) * 1.09
    const out = v3(Math.cos(angle), over * Math.sign(y) * 2, Math.sin(angle)).normalize()
    d.position.set(Math.cos(angle) * reach, y, Math.sin(angle) * reach)
    out.applyAxisAngle(v3(0, 1, 0), ((i % 3) - 1) * 0.55).y += ((i % 3) - 1) * 0.35
    d.quaternion.setFromUnitVectors(v3(0, 1, 0), out.normalize())
  })
  const node = group(part(geometry, matte(0x3f7d45, { roughness: 0.6 })), spines)
  node.position.set(at[0], at[1] + height / 2, at[2])
  node.rotation.z = lean
  return node
}

/** A cactus with two arms and a flower, in a clay pot with a small smile. */
export function cactus() {
  const clay = matte(0xc0673d, { roughness: 0.8 })
  const ink = matte(0x3b2016)
  const petals = crowd(
    bend(ball(0.085, 20), (p) => p.set(p.x * 0.42, p.y + 0.07, p.z * 0.16)),
    glaze(0xe0457f, { clearcoat: 0.1 }),
    12,
    (d, i) => {
      d.position.set(0, 1.47, 0)
      d.rotation.set(0, (i / 12) * Math.PI * 2, 0)
      d.rotateX(i % 2 ? 0.95 : 0.5)
    },
  )
  const random = randomFrom(41)
  const pebbles = crowd(ball(0.03, 10), matte(0xffffff), 160, (d) => {
    const [r, a] = [Math.sqrt(random()) * 0.34, random() * 6.3]
    d.position.set(Math.cos(a) * r, 0.53, Math.sin(a) * r)
    d.scale.set(0.6 + random(), 0.5 + 0.4 * random(), 0.6 + random())
    return colour(0xb9a68c).multiplyScalar(0.55 + 0.7 * random())
  })
  const smile = new THREE.TorusGeometry(0.075, 0.013, 10, 30, Math.PI * 0.8)
  return group(
    part(
      lathe([
        [0, 0],
        [0.27, 0],
        [0.27, 0],
        [0.36, 0.4],
        [0.36, 0.4],
        [0.41, 0.4],
        [0.41, 0.4],
        [0.425, 0.56],
        [0.425, 0.56],
        [0.37, 0.56],
        [0.37, 0.56],
        [0.36, 0.5],
      ]),
      clay,
    ),
    part(rod(0.36, 0.36, 0.02), matte(0x4a3524), { at: [0, 0.51, 0] }),
    pebbles,
    column(0.25, 0.62, 10, [0, 0.6, 0]),
    column(0.115, 0.16, 8, [0.36, 0.93, 0], -0.5),
    column(0.1, 0.1, 8, [-0.34, 1.06, 0.03], 0.6),
    petals,
    part(ball(0.04, 20), matte(0xf2c230), { at: [0, 1.5, 0] }),
    ...[-0.1, 0.1].map((x) => part(ball(0.026, 20), ink, { at: [x, 0.27, 0.325], scale: [1, 1.25, 0.5] })),
    part(smile, ink, { at: [0, 0.24, 0.322], turn: [-0.22, 0, Math.PI + Math.PI * 0.1] }),
    ...[-0.18, 0.18].map((x) =>
      part(ball(0.034, 20), matte(0xe08a6a), { at: [x, 0.215, 0.275], scale: [1, 0.7, 0.4], turn: [0, x * 2.6, 0] }),
    ),
  )
}

/** A pineapple: eyes in spirals by the golden angle, a crown of stiff leaves. */
export function pineapple() {
  const random = randomFrom(43)
  const radius = (t) => 0.4 * Math.sin(Math.PI * (0.1 + 0.83 * t)) ** 0.55
  const eyes = 150
  const scale = new THREE.SphereGeometry(0.078, 5, 4)
  scale.rotateX(Math.PI / 2)
  const skin = crowd(scale, matte(0xffffff, { roughness: 0.55, clearcoat: 0.2, flatShading: true }), eyes, (d, i) => {
    const t = (i + 0.5) / eyes
    const angle = i * Math.PI * (3 - Math.sqrt(5))
    const r = radius(t)
    const slope = (radius(Math.min(1, t + 0.01)) - radius(Math.max(0, t - 0.01))) / 0.02
    d.position.set(Math.cos(angle) * r, 0.03 + t, Math.sin(angle) * r)
    d.lookAt(Math.cos(angle) * (r + 1), 0.03 + t - slope, Math.sin(angle) * (r + 1))
    d.scale.setScalar(0.55 + 0.75 * (r / 0.4))
    d.scale.z *= 0.8
    return colour(0xdf9a24).lerp(colour(0x7d7a2c), 0.2 + 0.35 * random() + 0.35 * t)
  })
  const thorn = new THREE.ConeGeometry(0.016, 0.06, 5)
  thorn.rotateX(Math.PI / 2)
  const thorns = crowd(thorn, matte(0x6b4a1e), eyes, (d, i) => {
    const t = (i + 0.5) / eyes
    const angle = i * Math.PI * (3 - Math.sqrt(5))
    const r = radius(t) + 0.06 * (0.5 + radius(t))
    d.position.set(Math.cos(angle) * r, 0.04 + t, Math.sin(angle) * r)
    d.lookAt(Math.cos(angle) * (r + 1), 0.7 + t, Math.sin(angle) * (r + 1))
  })
  const core = lathe(Array.from({ length: 14 }, (_, i) => [radius(i / 13) * 0.99, 0.02 + (i / 13) * 1.02]))
  const leaf = bend(new THREE.PlaneGeometry(0.13, 0.62, 4, 14), (p) => {
    const up = (p.y + 0.31) / 0.62
    const wide = Math.max(0, 1 - up) ** 0.7 * (0.8 + 0.5 * up)
    p.set(p.x * wide, p.y + 0.31, Math.abs(p.x) * 0.5 * wide + 0.26 * Math.max(0, up) ** 2.2)
  })
  const count = 46
  const crown = crowd(leaf, matte(0xffffff, { side: THREE.DoubleSide, roughness: 0.5 }), count, (d, i) => {
    const t = i / count
    d.position.set(0, 0.98 + 0.14 * t, 0)
    d.rotation.set(0, i * 2.39996, 0)
    d.rotateX(1.0 - 0.92 * t + 0.1 * (random() - 0.5))
    d.scale.setScalar(0.62 + 0.5 * Math.sin(Math.PI * (0.2 + 0.7 * t)))
    return colour(0x3c7a3f).lerp(colour(0x86a94f), random() * 0.7)
  })
  return group(part(core, matte(0x8a6a20)), skin, thorns, crown)
}
