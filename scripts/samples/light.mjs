import * as THREE from 'three'

/**
 * Times of day. `azimuth` and `rise` (degrees, from the camera's back and from the floor) say where the key light stands, `size` how wide it is
 * (0.03 a bare sun, 0.6 a big soft box); `ambient` is the light of the sky, each of whose points throws a shadow; `fill` has none.
 */
export const MOODS = {
  studio: {
    key: 0xfff6ea,
    strength: 3.0,
    azimuth: -64,
    rise: 46,
    size: 0.22,
    sky: 0xffffff,
    horizon: 0xf3efe8,
    ambient: 0.85,
    fill: 0.22,
    reflection: 0.36,
    exposure: 0.86,
  },
  window: {
    key: 0xfff0d6,
    strength: 3.6,
    azimuth: -68,
    rise: 34,
    size: 0.05,
    sky: 0xdfe9f5,
    horizon: 0xe8e6e0,
    ambient: 0.95,
    fill: 0.22,
    reflection: 0.36,
    exposure: 0.9,
    bars: true,
  },
  evening: {
    key: 0xffbe7d,
    strength: 3.4,
    azimuth: 62,
    rise: 20,
    size: 0.12,
    sky: 0xc3cdea,
    horizon: 0xf0c9a6,
    ambient: 0.85,
    fill: 0.22,
    reflection: 0.34,
    exposure: 0.92,
  },
  overcast: {
    key: 0xf2f6ff,
    strength: 0.7,
    azimuth: 20,
    rise: 66,
    size: 0.6,
    sky: 0xeef4ff,
    horizon: 0xdfe5ea,
    ambient: 1.7,
    fill: 0.22,
    reflection: 0.36,
    exposure: 0.95,
  },
  sun: {
    key: 0xfff1d8,
    strength: 4.0,
    azimuth: 38,
    rise: 52,
    size: 0.035,
    sky: 0xb9d6f5,
    horizon: 0xe6ecee,
    ambient: 0.95,
    fill: 0.22,
    reflection: 0.36,
    exposure: 0.8,
  },
  lamplight: {
    key: 0xffcf94,
    strength: 2.8,
    azimuth: 48,
    rise: 40,
    size: 0.2,
    sky: 0x8c9cc8,
    horizon: 0x8f8fae,
    ambient: 0.85,
    fill: 0.22,
    reflection: 0.32,
    exposure: 1.05,
  },
  north: {
    key: 0xdfeaff,
    strength: 2.4,
    azimuth: -78,
    rise: 30,
    size: 0.45,
    sky: 0xdfe8f6,
    horizon: 0xd6d8dc,
    ambient: 1.0,
    fill: 0.22,
    reflection: 0.36,
    exposure: 1.0,
  },
}

/** What shiny things mirror: a room with a soft box on the key's side, a strip on the other and a bright ceiling. */
export function surroundings(renderer, mood) {
  const room = new THREE.Scene()
  const add = (geometry, hex, level, at, look = true) => {
    const material = new THREE.MeshBasicMaterial({
      color: new THREE.Color(hex).multiplyScalar(level),
      side: THREE.DoubleSide,
      toneMapped: false,
    })
    const mesh = new THREE.Mesh(geometry, material)
    mesh.position.set(...at)
    if (look) mesh.lookAt(0, 0, 0)
    room.add(mesh)
  }
  const angle = (mood.azimuth * Math.PI) / 180
  const on = (turn, height, distance = 6) => [
    Math.sin(angle + turn) * distance,
    height,
    Math.cos(angle + turn) * distance,
  ]
  add(new THREE.SphereGeometry(20, 32, 16), mood.horizon, 0.55, [0, 0, 0], false)
  add(new THREE.CircleGeometry(14, 32), 0x8a7f72, 0.5, [0, -3, 0])
  add(new THREE.PlaneGeometry(14, 14), mood.sky, 0.9, [0, 9, 0])
  add(new THREE.PlaneGeometry(3.4, 4.2), mood.key, 5, on(0, 4))
  add(new THREE.PlaneGeometry(1.1, 5), mood.sky, 2.6, on(2.2, 2.5))
  add(new THREE.PlaneGeometry(2, 2), mood.sky, 1.6, on(-1.5, 3))
  const generator = new THREE.PMREMGenerator(renderer)
  const { texture } = generator.fromScene(room, 0.02)
  generator.dispose()
  return texture
}
