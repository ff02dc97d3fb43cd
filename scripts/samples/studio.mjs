import * as THREE from 'three'
import { backdrop, windowBars } from './backdrops.mjs'
import { colour, v3 } from './form.mjs'
import { dottedMug, stripedMug, teapot } from './objects/kitchen.mjs'
import { chair, clock, lamp } from './objects/home.mjs'
import { book, ukulele } from './objects/leisure.mjs'
import { cactus, pineapple } from './objects/plants.mjs'
import { beachBall, car, duck, robot } from './objects/toys.mjs'
import { MOODS, surroundings } from './light.mjs'
import { randomFrom, vanDerCorput } from './random.mjs'

const OBJECTS = {
  dottedMug,
  stripedMug,
  teapot,
  duck,
  beachBall,
  car,
  cactus,
  lamp,
  clock,
  ukulele,
  pineapple,
  chair,
  robot,
  book,
}

// A light that is a sample of a wide source shines in its highlights as wide as the patch it stands for; without this, polish shows one spark a pass.
THREE.ShaderChunk.lights_physical_pars_fragment = THREE.ShaderChunk.lights_physical_pars_fragment
  .replace('max( material.clearcoatRoughness, 0.045 )', 'max( material.clearcoatRoughness, 0.3 )')
  .replace('max( material.roughness, 0.045 )', 'max( material.roughness, 0.34 )')

let renderer
let accumulate
let develop

/** Opens the one renderer of the page; every shot is taken with it. */
function open(width, height) {
  if (renderer) return
  renderer = new THREE.WebGLRenderer({ antialias: false, preserveDrawingBuffer: true })
  renderer.setPixelRatio(1)
  renderer.setSize(width, height)
  renderer.shadowMap.enabled = true
  renderer.shadowMap.type = THREE.PCFShadowMap
  renderer.toneMapping = THREE.ACESFilmicToneMapping
  renderer.autoClear = true
  const vertexShader = 'varying vec2 at; void main() { at = uv; gl_Position = vec4(position.xy, 0.0, 1.0); }'
  accumulate = fullScreen(
    new THREE.ShaderMaterial({
      uniforms: { picture: { value: null }, weight: { value: 1 } },
      vertexShader,
      // A spark on a thin highlight must not outweigh all other passes of its pixel.
      fragmentShader:
        'varying vec2 at; uniform sampler2D picture; uniform float weight; void main() { gl_FragColor = vec4(min(texture2D(picture, at).rgb, 6.0) * weight, weight); }',
      blending: THREE.CustomBlending,
      blendSrc: THREE.OneFactor,
      blendDst: THREE.OneFactor,
      depthTest: false,
      depthWrite: false,
      toneMapped: false,
    }),
  )
  develop = fullScreen(
    new THREE.ShaderMaterial({
      uniforms: { picture: { value: null } },
      vertexShader,
      fragmentShader:
        'varying vec2 at; uniform sampler2D picture; void main() { vec3 c = texture2D(picture, at).rgb; float d = distance(at, vec2(0.5)); gl_FragColor = vec4(c * (1.0 - 0.28 * d * d), 1.0);\n#include <tonemapping_fragment>\n#include <colorspace_fragment>\n gl_FragColor.rgb += (fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0; }',
      depthTest: false,
      depthWrite: false,
    }),
  )
}

function fullScreen(material) {
  const scene = new THREE.Scene()
  scene.add(new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material))
  return { scene, camera: new THREE.OrthographicCamera(), uniforms: material.uniforms }
}

function shadowed(light, reach, size) {
  light.castShadow = true
  light.shadow.mapSize.set(size, size)
  Object.assign(light.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: 0.5, far: 16 })
  light.shadow.bias = -0.0003
  light.shadow.normalBias = 0.006
  light.shadow.radius = 2.5
  return light
}

const kept = new Map()

/** Objects, backdrops and mirrored rooms are made once: their textures and shaders take longer than a picture. */
function built(name, make) {
  if (!kept.has(name)) kept.set(name, make())
  return kept.get(name)
}

/** The object at a common size, standing on the floor at the origin, turned as the shot says. */
function place(shot) {
  const inner = built(shot.object, OBJECTS[shot.object])
  const [x = 0, z = 0] = shot.tumble ?? []
  inner.rotation.set(x, 0, z)
  const node = new THREE.Group()
  node.add(inner)
  node.rotation.y = (shot.yaw * Math.PI) / 180
  node.updateMatrixWorld(true)
  const bounds = new THREE.Box3().setFromObject(node, true)
  const size = bounds.getSize(v3())
  const factor = 1.1 / Math.max(size.y, size.x * 0.85, size.z * 0.85)
  const middle = bounds.getCenter(v3())
  inner.position.set(0, 0, 0)
  const outer = new THREE.Group()
  outer.add(node)
  node.position.set(-middle.x, -bounds.min.y, -middle.z)
  outer.scale.setScalar(factor)
  outer.updateMatrixWorld(true)
  return outer
}

/** Corner points of what must be in the frame. */
function corners(node) {
  const points = []
  node.traverse((mesh) => {
    if (!mesh.isMesh) return
    const bounds = new THREE.Box3().setFromObject(mesh, true)
    for (const x of [bounds.min.x, bounds.max.x])
      for (const y of [bounds.min.y, bounds.max.y])
        for (const z of [bounds.min.z, bounds.max.z]) points.push(v3(x, y, z))
  })
  return points
}

/** Backs the camera off until the object fills `shot.fill` of the frame, and gives the shift that centres it. */
function compose(camera, points, target, shot) {
  const height = (shot.elevation * Math.PI) / 180
  const extent = (distance) => {
    camera.position.set(0, Math.sin(height), Math.cos(height)).multiplyScalar(distance).add(target)
    camera.lookAt(target)
    camera.updateMatrixWorld(true)
    const seen = points.map((p) => p.clone().project(camera))
    const [left, right] = [Math.min(...seen.map((p) => p.x)), Math.max(...seen.map((p) => p.x))]
    const [low, high] = [Math.min(...seen.map((p) => p.y)), Math.max(...seen.map((p) => p.y))]
    return { size: Math.max((right - left) / 2, (high - low) / 2), x: (left + right) / 2, y: (low + high) / 2 }
  }
  let near = 1
  let far = 14
  for (let i = 0; i < 30; i++) {
    const middle = (near + far) / 2
    if (extent(middle).size > shot.fill) near = middle
    else far = middle
  }
  return extent(far)
}

/** Takes one picture: the mean of `passes` renders, each with its own point of the key light, of the sky, of the lens and of the pixel. */
export function take(shot, { width, height, passes }) {
  open(width, height)
  const mood = MOODS[shot.mood]
  const random = randomFrom(shot.seed)
  const scene = new THREE.Scene()
  const set = built(`${shot.backdrop} ${shot.tint}`, () => backdrop(shot.backdrop, shot.tint))
  const subject = place(shot)
  scene.add(set.node, subject)
  scene.fog = new THREE.FogExp2(set.haze, 0.035)
  scene.background = set.haze
  scene.environment = built(shot.mood, () => surroundings(renderer, mood))
  scene.environmentIntensity = mood.reflection
  const points = corners(subject)
  const target = new THREE.Box3().setFromPoints(points).getCenter(v3())
  const camera = new THREE.PerspectiveCamera(shot.fov ?? 30, width / height, 0.1, 40)
  const centre = compose(camera, points, target, shot)
  camera.rotateZ(((shot.roll ?? 0) * Math.PI) / 180)
  const lens = camera.matrixWorld.clone()
  const turn = camera.quaternion.clone()
  const home = camera.position.clone()

  const angle = ((shot.light ?? mood.azimuth) * Math.PI) / 180
  const rise = (mood.rise * Math.PI) / 180
  const toKey = v3(Math.sin(angle) * Math.cos(rise), Math.sin(rise), Math.cos(angle) * Math.cos(rise))
  const key = shadowed(new THREE.DirectionalLight(colour(mood.key), mood.strength), 2.3, 1536)
  const sky = shadowed(new THREE.DirectionalLight(0xffffff, 1), 2.2, 1024)
  scene.add(key, key.target, sky, sky.target)
  scene.add(new THREE.HemisphereLight(colour(mood.sky), set.bounce, mood.fill))
  key.target.position.copy(target)
  sky.target.position.copy(target)
  if (mood.bars) scene.add(windowBars(toKey.clone().multiplyScalar(2.6).add(target), toKey))
  const side = v3()
    .crossVectors(toKey, v3(0, 1, 0))
    .normalize()
  const above = v3().crossVectors(side, toKey)

  const pass = new THREE.WebGLRenderTarget(width, height, { type: THREE.HalfFloatType })
  const sum = new THREE.WebGLRenderTarget(width, height, { type: THREE.FloatType, depthBuffer: false })
  renderer.setRenderTarget(sum)
  renderer.setClearColor(0x000000, 0)
  renderer.clear()
  const offset = Array.from({ length: 8 }, random)
  const sample = (i, k) => (vanDerCorput(i + 1, [2, 3, 5, 7, 11, 13, 17, 19][k]) + offset[k]) % 1
  const aperture = shot.aperture ?? 0.018
  for (let i = 0; i < passes; i++) {
    const spread = mood.size * Math.sqrt(sample(i, 0))
    const around = sample(i, 1) * Math.PI * 2
    key.position
      .copy(toKey)
      .addScaledVector(side, spread * Math.cos(around))
      .addScaledVector(above, spread * Math.sin(around))
    key.position.normalize().multiplyScalar(8).add(target)
    // Heights spread evenly on the half sphere; the cosine of the surface does the rest.
    const up = 0.04 + 0.96 * sample(i, 2)
    const bearing = sample(i, 3) * Math.PI * 2
    sky.position.set(Math.cos(bearing) * Math.sqrt(1 - up * up), up, Math.sin(bearing) * Math.sqrt(1 - up * up))
    sky.color.copy(colour(mood.horizon)).lerp(colour(mood.sky), up)
    sky.intensity = mood.ambient * 2
    sky.position.multiplyScalar(8).add(target)
    const blur = aperture * Math.sqrt(sample(i, 4))
    const where = sample(i, 5) * Math.PI * 2
    camera.position.copy(v3(blur * Math.cos(where), blur * Math.sin(where), 0).applyMatrix4(lens))
    camera.quaternion.copy(turn)
    // The frame is shifted back by what the lens point moved the subject, so that it stays sharp.
    const reach = home.distanceTo(target) * 2 * Math.tan((camera.fov * Math.PI) / 360)
    const shift = [(-blur * Math.cos(where) * height) / reach, (blur * Math.sin(where) * height) / reach]
    camera.setViewOffset(
      width,
      height,
      ((centre.x - (shot.shift?.[0] ?? 0)) * width) / 2 + shift[0] + sample(i, 6) - 0.5,
      ((-centre.y + (shot.shift?.[1] ?? 0)) * height) / 2 + shift[1] + sample(i, 7) - 0.5,
      width,
      height,
    )
    renderer.setRenderTarget(pass)
    renderer.autoClear = true
    renderer.render(scene, camera)
    accumulate.uniforms.picture.value = pass.texture
    accumulate.uniforms.weight.value = 1 / passes
    renderer.setRenderTarget(sum)
    renderer.autoClear = false
    renderer.render(accumulate.scene, accumulate.camera)
  }
  renderer.setRenderTarget(null)
  renderer.autoClear = true
  renderer.toneMappingExposure = mood.exposure * (shot.exposure ?? 1)
  develop.uniforms.picture.value = sum.texture
  renderer.render(develop.scene, develop.camera)
  const picture = renderer.domElement.toDataURL('image/png')
  pass.dispose()
  sum.dispose()
  for (const light of [key, sky]) light.dispose()
  scene.clear()
  return picture
}
