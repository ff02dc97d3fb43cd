import * as THREE from 'three'
import { box, group, outline, part, ring, rod, slab, tube, ball } from '../form.mjs'
import { drawn, lacquer, matte, metal } from '../surface.mjs'
import { timber } from '../timber.mjs'

/** A ukulele on a small black stand. */
export function ukulele() {
  const top = timber({
    light: 0xd99a52,
    dark: 0x9a5724,
    seed: 61,
    repeat: [1.1, 1.1],
    size: 1024,
    gloss: 0.8,
    rings: 4,
  })
  const side = lacquer(0x6e3517)
  const dark = matte(0x2a1a12, { roughness: 0.5 })
  const ivory = lacquer(0xf1e7d0)
  const right = [
    [0.17, 0.98],
    [0.25, 0.92],
    [0.27, 0.8],
    [0.235, 0.67],
    [0.26, 0.56],
    [0.345, 0.4],
    [0.36, 0.24],
    [0.28, 0.08],
    [0.12, 0.02],
  ]
  const body = outline([[0, 1.0], ...right, [0, 0.01], ...right.map(([x, y]) => [-x, y]).reverse()])
  const head = outline([
    [-0.07, 1.75],
    [-0.095, 1.85],
    [-0.1, 2.02],
    [-0.05, 2.06],
    [0, 2.045],
    [0.05, 2.06],
    [0.1, 2.02],
    [0.095, 1.85],
    [0.07, 1.75],
  ])
  const face = 0.125
  const strings = [-0.045, -0.015, 0.015, 0.045]
  const instrument = group(
    part(slab(body, 0.24, 0.03), side),
    part(slab(body, 0.03, 0.012), top, { at: [0, 0, 0.112], scale: [0.965, 0.975, 1] }),
    part(rod(0.105, 0.105, 0.012), dark, { at: [0, 0.63, face], turn: [Math.PI / 2, 0, 0] }),
    part(ring(0.122, 0.009), ivory, { at: [0, 0.63, face + 0.003], scale: [1, 1, 0.5] }),
    part(ring(0.142, 0.005), dark, { at: [0, 0.63, face + 0.003], scale: [1, 1, 0.5] }),
    part(box(0.24, 0.06, 0.035, 0.012), dark, { at: [0, 0.29, face + 0.01] }),
    part(box(0.17, 0.014, 0.03, 0.005), ivory, { at: [0, 0.295, face + 0.022] }),
    part(box(0.125, 0.92, 0.07, 0.02), side, { at: [0, 1.33, 0.07] }),
    part(box(0.128, 1.02, 0.026, 0.008), dark, { at: [0, 1.26, face] }),
    part(slab(head, 0.07, 0.012), side, { at: [0, 0, 0.07] }),
    part(box(0.12, 0.018, 0.034, 0.006), ivory, { at: [0, 1.765, face + 0.006] }),
    ...Array.from({ length: 12 }, (_, i) =>
      part(box(0.126, 0.007, 0.01, 0.002), metal(0xd6d2c6), {
        at: [0, 1.765 - 0.98 * (1 - 2 ** (-(i + 1) / 12)), face + 0.014],
      }),
    ),
    ...[5, 7, 10].map((i) =>
      part(ball(0.012, 16), ivory, {
        at: [0, 1.785 - 0.98 * (1 - 2 ** (-(i - 0.5) / 12)) - 0.02, face + 0.013],
        scale: [1, 1, 0.2],
      }),
    ),
    ...strings.map((x) =>
      part(
        tube(
          [
            [x, 0.3, face + 0.036],
            [x, 1.765, face + 0.022],
            [x * 1.4, 1.9, face - 0.02],
          ],
          [0.0035],
        ),
        ivory,
      ),
    ),
    ...[-1, 1].flatMap((x) =>
      [1.86, 1.97].map((y) =>
        group(
          part(rod(0.013, 0.013, 0.09), metal(0xcfcac0), { at: [x * 0.115, y, 0.07], turn: [0, 0, Math.PI / 2] }),
          part(box(0.04, 0.055, 0.03, 0.014), ivory, { at: [x * 0.165, y, 0.07] }),
          part(rod(0.014, 0.014, 0.04), metal(0xcfcac0), {
            at: [x * 0.062, y, face - 0.015],
            turn: [Math.PI / 2, 0, 0],
          }),
        ),
      ),
    ),
  )
  instrument.position.set(0, 0.1, 0)
  instrument.rotation.x = -0.16
  const iron = matte(0x1e1f21, { roughness: 0.45 })
  const stand = [-1, 1].map((x) =>
    part(
      tube(
        [
          [x * 0.17, 0.14, 0.26],
          [x * 0.17, 0.075, 0.2],
          [x * 0.17, 0.09, 0.02],
          [x * 0.22, 0.02, -0.34],
          [x * 0.22, 0.015, -0.4],
        ],
        [0.018],
      ),
      iron,
    ),
  )
  const feet = [-1, 1].map((x) =>
    part(
      tube(
        [
          [x * 0.17, 0.08, 0.05],
          [x * 0.24, 0.03, 0.2],
          [x * 0.26, 0.015, 0.3],
        ],
        [0.018],
      ),
      iron,
    ),
  )
  return group(
    instrument,
    ...stand,
    ...feet,
    part(
      tube(
        [
          [-0.22, 0.03, -0.3],
          [0.22, 0.03, -0.3],
        ],
        [0.014],
      ),
      iron,
    ),
  )
}

/** A picture book standing a little open: sun over hills on the cover. */
export function book() {
  const cover = matte(0xffffff, {
    map: drawn(768, 1024, drawCover),
    roughness: 0.5,
    clearcoat: 0.35,
    clearcoatRoughness: 0.4,
  })
  const back = matte(0xffffff, {
    map: drawn(768, 1024, drawBack),
    roughness: 0.5,
    clearcoat: 0.35,
    clearcoatRoughness: 0.4,
  })
  const spine = matte(0x1f3350, { roughness: 0.5 })
  const leaves = matte(0xffffff, {
    map: drawn(256, 64, (context, w, h) => {
      context.fillStyle = '#f3ead6'
      context.fillRect(0, 0, w, h)
      context.fillStyle = 'rgba(110,80,40,.22)'
      for (let x = 0; x < w; x += 5) context.fillRect(x, 0, 1.5, h)
    }),
  })
  const board = (material) => {
    const node = group(part(box(0.78, 1.04, 0.022, 0.008), spine, { at: [0.39, 0.52, 0] }))
    const picture = part(new THREE.PlaneGeometry(0.77, 1.03), material, { at: [0.39, 0.52, 0.0125] })
    picture.castShadow = false
    node.add(picture)
    return node
  }
  const front = board(cover)
  front.position.set(0, 0, 0.1)
  front.rotation.y = -0.2
  const rear = group(
    part(box(0.78, 1.04, 0.022, 0.008), spine, { at: [0.39, 0.52, 0] }),
    part(new THREE.PlaneGeometry(0.77, 1.03), back, { at: [0.39, 0.52, -0.0125], turn: [0, Math.PI, 0] }),
  )
  rear.position.set(0, 0, -0.1)
  rear.rotation.y = 0.14
  const block = (z, turn, thick) =>
    part(box(0.72, 0.98, thick, 0.01), leaves, { at: [0.375, 0.52, z], turn: [0, turn, 0] })
  return group(
    front,
    rear,
    part(box(0.03, 1.04, 0.22, 0.012), spine, { at: [0, 0.52, 0] }),
    block(0.09, -0.12, 0.07),
    block(0.02, -0.03, 0.07),
    block(-0.06, 0.07, 0.07),
  )
}

function hills(context, w, h, list) {
  for (const [fill, base, height, phase] of list) {
    context.fillStyle = fill
    context.beginPath()
    context.moveTo(0, h)
    for (let x = 0; x <= w; x += 8) context.lineTo(x, h * base - h * height * Math.sin((x / w) * 3.6 + phase))
    context.lineTo(w, h)
    context.fill()
  }
}

function drawCover(context, w, h) {
  context.fillStyle = '#21385a'
  context.fillRect(0, 0, w, h)
  context.fillStyle = '#f2c14e'
  context.beginPath()
  context.arc(w * 0.6, h * 0.42, w * 0.21, 0, 7)
  context.fill()
  hills(context, w, h, [
    ['#3f7f7a', 0.62, 0.07, 0.4],
    ['#d9694a', 0.74, 0.07, 2.2],
    ['#8c2f39', 0.87, 0.06, 4.2],
  ])
  context.fillStyle = '#f7efdc'
  context.font = `700 ${w * 0.125}px serif`
  context.textAlign = 'center'
  context.fillText('Over the', w / 2, h * 0.12)
  context.fillText('Hills', w / 2, h * 0.21)
}

function drawBack(context, w, h) {
  context.fillStyle = '#21385a'
  context.fillRect(0, 0, w, h)
  hills(context, w, h, [
    ['#3f7f7a', 0.8, 0.05, 1.4],
    ['#d9694a', 0.9, 0.04, 3.2],
  ])
}
