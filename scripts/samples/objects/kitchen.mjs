import * as THREE from 'three'
import { ball, group, lathe, part, ring, rod, tube } from '../form.mjs'
import { drawn, glaze, matte } from '../surface.mjs'

const MUG_OUTSIDE = [
  [0.3, 0],
  [0.37, 0.015],
  [0.405, 0.07],
  [0.415, 0.2],
  [0.415, 0.5],
  [0.418, 0.78],
  [0.42, 0.9],
]

/** A mug of one shape for every pattern, so that only the glaze tells two of them apart. */
function mug(pattern, handleHex, insideHex, drinkHex) {
  const map = drawn(2048, 1024, pattern)
  const inside = glaze(insideHex, { side: THREE.DoubleSide })
  const handle = [
    [0.38, 0.74, 0],
    [0.53, 0.79, 0],
    [0.7, 0.68, 0],
    [0.74, 0.46, 0],
    [0.66, 0.26, 0],
    [0.5, 0.18, 0],
    [0.385, 0.22, 0],
  ]
  return group(
    part(lathe(MUG_OUTSIDE), glaze(0xffffff, { map })),
    part(
      lathe([
        [0.42, 0.9],
        [0.415, 0.92],
        [0.4, 0.928],
        [0.385, 0.92],
        [0.378, 0.9],
        [0.376, 0.7],
        [0.37, 0.2],
        [0.3, 0.07],
        [0, 0.06],
      ]),
      inside,
    ),
    part(rod(0.375, 0.375, 0.01), glaze(drinkHex, { roughness: 0.15 }), { at: [0, 0.76, 0] }),
    part(rod(0.3, 0.3, 0.01), matte(0xd9cbb4), { at: [0, 0.005, 0] }),
    part(tube(handle, [0.055, 0.05, 0.048, 0.05, 0.055], { flat: 1.45 }), glaze(handleHex)),
  )
}

export const dottedMug = () =>
  mug(
    (context, w, h) => {
      context.fillStyle = '#b9281f'
      context.fillRect(0, 0, w, h)
      context.fillStyle = '#f7efe0'
      const rows = 5
      const columns = 13
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const x = ((column + (row % 2) / 2) / columns) * w
          // Drawn a turn further on too, so that no dot is cut where the pattern meets itself.
          for (const turn of [0, -w]) {
            context.beginPath()
            context.ellipse(x + 60 + turn, ((row + 0.62) / (rows + 0.24)) * h, 50, 62, 0, 0, 7)
            context.fill()
          }
        }
    },
    0xb9281f,
    0xf4ecdd,
    0x4a2a18,
  )

export const stripedMug = () =>
  mug(
    (context, w, h) => {
      context.fillStyle = '#24508c'
      context.fillRect(0, 0, w, h)
      context.fillStyle = '#f2ead8'
      for (let i = 0; i < 6; i++) context.fillRect(0, h * (0.075 + i * 0.165), w, h * 0.075)
    },
    0x24508c,
    0xf4ecdd,
    0x8a4a1e,
  )

/** A round-bellied teapot in celadon with a blossom band and a wooden knob. */
export function teapot() {
  const map = drawn(2048, 1024, (context, w, h) => {
    context.fillStyle = '#6fa58c'
    context.fillRect(0, 0, w, h)
    context.fillStyle = '#e9e3c8'
    context.fillRect(0, h * 0.335, w, 12)
    context.fillRect(0, h * 0.665, w, 12)
    for (let i = 0; i < 9; i++) {
      const x = ((i + 0.5) / 9) * w
      context.fillStyle = '#f4ead2'
      for (let k = 0; k < 5; k++) {
        const angle = (k / 5) * Math.PI * 2 - 0.3
        context.beginPath()
        context.ellipse(x + Math.cos(angle) * 46, h / 2 + Math.sin(angle) * 54, 34, 40, 0, 0, 7)
        context.fill()
      }
      context.fillStyle = '#d98a2f'
      context.beginPath()
      context.ellipse(x, h / 2, 22, 26, 0, 0, 7)
      context.fill()
    }
  })
  const body = [
    [0.2, 0],
    [0.3, 0.01],
    [0.3, 0.03],
    [0.4, 0.08],
    [0.54, 0.24],
    [0.57, 0.4],
    [0.5, 0.58],
    [0.36, 0.71],
    [0.25, 0.75],
  ]
  const plain = glaze(0x6fa58c)
  const dark = glaze(0x4d7d68)
  return group(
    part(lathe(body), glaze(0xffffff, { map })),
    part(
      lathe([
        [0.27, 0.735],
        [0.275, 0.76],
        [0.2, 0.8],
        [0.08, 0.84],
        [0, 0.845],
      ]),
      plain,
    ),
    part(ring(0.265, 0.022), dark, { at: [0, 0.748, 0], turn: [Math.PI / 2, 0, 0] }),
    part(rod(0.03, 0.04, 0.06), dark, { at: [0, 0.86, 0] }),
    part(ball(0.072, 32), matte(0xb9834a, { roughness: 0.5 }), { at: [0, 0.935, 0], scale: [1, 0.86, 1] }),
    part(
      tube(
        [
          [0.42, 0.26, 0],
          [0.62, 0.32, 0],
          [0.76, 0.5, 0],
          [0.84, 0.68, 0],
          [0.94, 0.76, 0],
        ],
        [0.15, 0.12, 0.085, 0.065, 0.06],
      ),
      plain,
    ),
    part(
      tube(
        [
          [0.92, 0.747, 0],
          [0.945, 0.766, 0],
        ],
        [0.045],
      ),
      matte(0x26332d),
    ),
    part(
      tube(
        [
          [-0.42, 0.62, 0],
          [-0.6, 0.7, 0],
          [-0.8, 0.66, 0],
          [-0.88, 0.46, 0],
          [-0.78, 0.26, 0],
          [-0.54, 0.2, 0],
        ],
        [0.05, 0.055, 0.05, 0.055, 0.05],
        {
          flat: 1.3,
        },
      ),
      dark,
    ),
  )
}
