import * as THREE from 'three'

const physical = (options) => new THREE.MeshPhysicalMaterial(options)

/** Glazed ceramic: a coloured body under a clear coat. */
export const glaze = (color, more = {}) =>
  physical({ color, roughness: 0.42, clearcoat: 0.85, clearcoatRoughness: 0.12, ...more })
export const matte = (color, more = {}) => physical({ color, roughness: 0.85, ...more })
/** What backdrops are made of: no highlight, a third of the cost of a pixel of `matte`. */
export const dull = (color, more = {}) => new THREE.MeshLambertMaterial({ color, ...more })
export const rubber = (color, more = {}) =>
  physical({ color, roughness: 0.45, clearcoat: 0.25, clearcoatRoughness: 0.4, ...more })
export const lacquer = (color, more = {}) =>
  physical({ color, roughness: 0.3, clearcoat: 1, clearcoatRoughness: 0.06, ...more })
export const metal = (color, more = {}) => physical({ color, metalness: 1, roughness: 0.24, ...more })
export const cloth = (color, more = {}) =>
  physical({ color, roughness: 0.95, sheen: 0.5, sheenRoughness: 0.6, sheenColor: new THREE.Color(color), ...more })

/** A texture drawn with the 2D canvas. `draw(context, width, height)`. */
export function drawn(width, height, draw, { repeat, data = false } = {}) {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  draw(canvas.getContext('2d'), width, height)
  return textureOf(canvas, repeat, data)
}

/** A texture computed point by point: `at(u, v)` gives [r, g, b] in 0..255 (sRGB). */
export function computed(size, at, { repeat, data = false } = {}) {
  return drawn(
    size,
    size,
    (context) => {
      const image = context.createImageData(size, size)
      for (let y = 0, k = 0; y < size; y++)
        for (let x = 0; x < size; x++, k += 4) {
          const [r, g, b] = at(x / size, y / size)
          image.data[k] = r
          image.data[k + 1] = g
          image.data[k + 2] = b
          image.data[k + 3] = 255
        }
      context.putImageData(image, 0, 0)
    },
    { repeat, data },
  )
}

function textureOf(canvas, repeat, data) {
  const texture = new THREE.CanvasTexture(canvas)
  texture.colorSpace = data ? THREE.NoColorSpace : THREE.SRGBColorSpace
  texture.anisotropy = 2
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping
  if (repeat) texture.repeat.set(...repeat)
  return texture
}

export const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t)
export const rgb = (hex) => [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255]
export const clamp = (x, low = 0, high = 1) => Math.min(high, Math.max(low, x))
export const smooth = (low, high, x) => {
  const t = clamp((x - low) / (high - low))
  return t * t * (3 - 2 * t)
}

export const polished = (map, gloss) =>
  gloss > 0.3
    ? physical({ map, roughness: 0.62, clearcoat: gloss, clearcoatRoughness: 0.3 })
    : new THREE.MeshStandardMaterial({ map, roughness: 0.5 })
