import { noiseFrom, randomFrom } from './random.mjs'
import { clamp, computed, drawn, mix, rgb, smooth } from './surface.mjs'

/** Plain weave: threads over and under, each a little thicker or thinner than the next. */
export function weave(light, dark, { threads = 150, seed = 3, repeat } = {}) {
  const { noise, fractal } = noiseFrom(seed)
  const [a, b] = [rgb(light), rgb(dark)]
  const height = (u, v) => {
    const x = u * threads
    const y = v * threads
    const over = (Math.floor(x) + Math.floor(y)) % 2 === 0
    const thread = over ? Math.sin((x % 1) * Math.PI) : Math.sin((y % 1) * Math.PI)
    const slub = over ? noise(Math.floor(x) * 1.7, y * 0.12) : noise(x * 0.12, Math.floor(y) * 1.7)
    return thread * 0.6 + slub * 0.4
  }
  const colourAt = (u, v) => mix(b, a, clamp(0.25 + 0.75 * height(u, v) + 0.2 * (fractal(u * 9, v * 9) - 0.5)))
  return {
    map: computed(1024, colourAt, { repeat }),
    bumpMap: computed(1024, (u, v) => Array(3).fill(255 * height(u, v)), { repeat, data: true }),
    bumpScale: 1.2,
  }
}

/** Two-colour check with the half tone where stripes cross, over a fine weave. */
export function gingham(hex, { cells = 8, repeat } = {}) {
  const white = rgb(0xf3eee4)
  const full = rgb(hex)
  const at = (u, v) => {
    const stripes = (Math.floor(u * cells * 2) % 2) + (Math.floor(v * cells * 2) % 2)
    const thread = 0.94 + 0.06 * Math.sin(u * 1500) * Math.sin(v * 1500)
    return mix(white, full, stripes / 2).map((value) => value * thread)
  }
  return computed(1024, at, { repeat })
}

/** Mottled plaster, concrete, sand or paper: one colour with soft clouds and a fine grain. */
export function mottled(hex, { clouds = 5, depth = 0.1, grain = 0.05, seed = 5, repeat } = {}) {
  const { fractal } = noiseFrom(seed)
  const random = randomFrom(seed + 1)
  const base = rgb(hex)
  const at = (u, v) => {
    const cloud = fractal(u * clouds, v * clouds, 6, clouds) - 0.5
    const shade = 1 + cloud * depth * 2 + (random() - 0.5) * grain * 2
    return base.map((value) => value * shade)
  }
  return computed(1024, at, { repeat })
}

/** Chips of stone in a light cement. */
export function terrazzo(base, chips, { seed = 7, repeat } = {}) {
  const random = randomFrom(seed)
  return drawn(
    1024,
    1024,
    (context, w, h) => {
      context.fillStyle = base
      context.fillRect(0, 0, w, h)
      for (let i = 0; i < 1500; i++) {
        const size = 3 + 17 * random() ** 3
        const [x, y] = [random() * w, random() * h]
        context.fillStyle = chips[Math.floor(random() * chips.length)]
        const corners = 5 + Math.floor(random() * 3)
        const points = Array.from({ length: corners }, (_, k) => {
          const angle = ((k + random() * 0.7) / corners) * Math.PI * 2
          const reach = size * (0.6 + 0.6 * random())
          return [Math.cos(angle) * reach, Math.sin(angle) * reach * 0.8]
        })
        // Drawn at each side too, so that the texture repeats without a seam.
        for (const dx of [-w, 0, w])
          for (const dy of [-h, 0, h]) {
            context.beginPath()
            for (const [px, py] of points) context.lineTo(x + px + dx, y + py + dy)
            context.fill()
          }
      }
    },
    { repeat },
  )
}

/** Rows of tiles or bricks with joints: colour and relief. `offset` shifts every other row. */
export function coursed(
  face,
  joint,
  { across = 8, down = 8, offset = 0, gap = 0.03, rough = 0, seed = 9, repeat } = {},
) {
  const { noise, fractal } = noiseFrom(seed)
  const [a, b] = [rgb(face), rgb(joint)]
  const inside = (u, v) => {
    const row = Math.floor(v * down)
    const x = u * across + (row % 2) * offset
    const y = v * down - row
    const edge = rough * 0.05 * (fractal(u * 40, v * 40) - 0.5)
    const wide = (gap * across) / down
    const fx = x - Math.floor(x)
    const inX = Math.min(smooth(wide * 0.6, wide * 1.1, fx + edge), smooth(wide * 0.6, wide * 1.1, 1 - fx + edge))
    const inY = Math.min(smooth(gap * 0.6, gap * 1.1, y + edge), smooth(gap * 0.6, gap * 1.1, 1 - y + edge))
    return { face: Math.min(inX, inY), tile: noise((Math.floor(x) % across) * 5.3 + 0.5, row * 3.7 + 0.5) }
  }
  const colourAt = (u, v) => {
    const here = inside(u, v)
    const shade = 0.93 + 0.14 * (here.tile - 0.5) * (1 + 2 * rough) + rough * 0.3 * (fractal(u * 30, v * 30) - 0.5)
    return mix(
      b,
      a.map((value) => value * (shade + 0.04)),
      here.face,
    )
  }
  return {
    map: computed(1024, colourAt, { repeat }),
    bumpMap: computed(1024, (u, v) => Array(3).fill(230 * inside(u, v).face + rough * 25 * fractal(u * 60, v * 60)), {
      repeat,
      data: true,
    }),
    bumpScale: 2,
  }
}

/** A rug: bands of lozenges and zigzags. */
export function rug(ground, colours, { repeat } = {}) {
  return drawn(
    1024,
    1024,
    (context, w, h) => {
      context.fillStyle = ground
      context.fillRect(0, 0, w, h)
      const bands = 8
      for (let band = 0; band < bands; band++) {
        const y = ((band + 0.5) * h) / bands
        context.fillStyle = context.strokeStyle = colours[band % colours.length]
        const step = w / 12
        if (band % 2) {
          context.lineWidth = 20
          context.beginPath()
          for (let i = -1; i <= 25; i++) context.lineTo((i * step) / 2, y + (i % 2 ? 26 : -26))
          context.stroke()
        } else
          for (let i = 0; i < 12; i++) {
            const x = (i + 0.5) * step
            context.beginPath()
            for (const [dx, dy] of [
              [0, -38],
              [34, 0],
              [0, 38],
              [-34, 0],
            ])
              context.lineTo(x + dx, y + dy)
            context.fill()
          }
      }
      const random = randomFrom(11)
      for (let i = 0; i < 60000; i++) {
        context.fillStyle = random() > 0.5 ? 'rgba(255,255,255,.07)' : 'rgba(0,0,0,.09)'
        context.fillRect(random() * w, random() * h, 1.5, 6)
      }
    },
    { repeat },
  )
}

/** A far view out of focus: sky above, soft round leaves below the horizon. */
export function garden(sky, horizon, leaves, { seed = 13, level = 0.45 } = {}) {
  const random = randomFrom(seed)
  return drawn(1024, 512, (context, w, h) => {
    const gradient = context.createLinearGradient(0, 0, 0, h)
    gradient.addColorStop(0, sky)
    gradient.addColorStop(level, horizon)
    gradient.addColorStop(level + 0.02, leaves[0])
    gradient.addColorStop(1, leaves[0])
    context.fillStyle = gradient
    context.fillRect(0, 0, w, h)
    for (let i = 0; i < 240; i++) {
      const size = 18 + random() * 46
      const y = h * level - 30 + random() * h * (1 - level)
      context.globalAlpha = 0.25 + 0.3 * random()
      const x = random() * w
      const soft = context.createRadialGradient(x, y, size * 0.6, x, y, size)
      const leaf = leaves[Math.floor(random() * leaves.length)]
      soft.addColorStop(0, leaf)
      soft.addColorStop(1, `${leaf}00`)
      context.fillStyle = soft
      context.fillRect(x - size, y - size, size * 2, size * 2)
    }
  })
}
