import * as THREE from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'

export const colour = (hex) => new THREE.Color(hex)
export const v2 = (x, y) => new THREE.Vector2(x, y)
export const v3 = (x, y, z) => new THREE.Vector3(x, y, z)

/** A mesh that casts and takes shadows. */
export function part(geometry, material, { at = [0, 0, 0], turn = [0, 0, 0], scale = [1, 1, 1] } = {}) {
  const mesh = new THREE.Mesh(geometry, material)
  mesh.position.set(...at)
  mesh.rotation.set(...turn)
  mesh.scale.set(...scale)
  mesh.castShadow = true
  mesh.receiveShadow = true
  // Both sides throw shadows: a closed body standing on the floor has no back face above the contact line.
  material.shadowSide = THREE.DoubleSide
  return mesh
}

export function group(...children) {
  const node = new THREE.Group()
  if (children.length) node.add(...children)
  return node
}

/** A body of revolution through [radius, height] points. A point given twice makes an edge; all others are rounded. */
export function lathe(points, { segments = 96, detail = 10 } = {}) {
  const runs = [[]]
  points.forEach(([r, y], i) => {
    runs.at(-1).push(v2(Math.max(r, 1e-4), y))
    const next = points[i + 1]
    if (next && next[0] === r && next[1] === y) runs.push([])
  })
  const path = new THREE.CurvePath()
  for (const run of runs) if (run.length > 1) path.add(new THREE.SplineCurve(run))
  const count = points.length * detail
  const profile = []
  for (const curve of path.curves) {
    const steps = Math.max(2, Math.round((count * curve.getLength()) / path.getLength()))
    for (let i = 0; i <= steps; i++) profile.push(curve.getPointAt(i / steps))
  }
  return new THREE.LatheGeometry(profile, segments)
}

export const box = (w, h, d, radius = 0.02) => new RoundedBoxGeometry(w, h, d, 5, Math.min(radius, w / 2, h / 2, d / 2))
export const ball = (radius = 1, segments = 64) => new THREE.SphereGeometry(radius, segments, segments / 2)
export const rod = (top, bottom, height, segments = 48) => new THREE.CylinderGeometry(top, bottom, height, segments)
export const ring = (radius, thickness, arc = Math.PI * 2) => new THREE.TorusGeometry(radius, thickness, 20, 72, arc)

/** A tube along `points`; `radii` are spread evenly along it, so it may taper; `flat` squeezes it sideways (binormal). */
export function tube(points, radii, { segments = 64, flat = 1 } = {}) {
  const curve = new THREE.CatmullRomCurve3(points.map((p) => v3(...p)))
  const sides = 20
  const geometry = new THREE.TubeGeometry(curve, segments, 1, sides, false)
  const frames = curve.computeFrenetFrames(segments, false)
  const position = geometry.attributes.position
  const list = [radii].flat()
  for (let i = 0; i <= segments; i++) {
    const along = (i / segments) * (list.length - 1)
    const low = Math.min(Math.floor(along), Math.max(list.length - 2, 0))
    const radius = list[low] + ((list[low + 1] ?? list[low]) - list[low]) * (along - low)
    const centre = curve.getPointAt(i / segments)
    for (let j = 0; j <= sides; j++) {
      const index = i * (sides + 1) + j
      const offset = v3().fromBufferAttribute(position, index).sub(centre)
      const across = frames.binormals[i]
      const side = offset.dot(across)
      offset.addScaledVector(across, side * (flat - 1)).multiplyScalar(radius)
      position.setXYZ(index, ...centre.clone().add(offset).toArray())
    }
  }
  geometry.computeVertexNormals()
  return geometry
}

/** A flat outline given a thickness and rounded edges, centred on z. */
export function slab(shape, depth, bevel = 0.03, curveSegments = 32) {
  const geometry = new THREE.ExtrudeGeometry(shape, {
    depth: depth - 2 * bevel,
    bevelEnabled: bevel > 0,
    bevelThickness: bevel,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelSegments: 6,
    curveSegments,
  })
  geometry.translate(0, 0, -(depth - 2 * bevel) / 2)
  return geometry
}

/** A closed smooth outline through the points. */
export function outline(points) {
  const shape = new THREE.Shape()
  shape.setFromPoints(
    new THREE.CatmullRomCurve3(
      points.map(([x, y]) => v3(x, y, 0)),
      true,
      'centripetal',
    )
      .getPoints(points.length * 14)
      .slice(0, -1),
  )
  return shape
}

/** Moves each vertex by `move(vector)` and renews the normals. */
export function bend(geometry, move) {
  const position = geometry.attributes.position
  const vertex = v3()
  for (let i = 0; i < position.count; i++) {
    vertex.fromBufferAttribute(position, i)
    move(vertex)
    position.setXYZ(i, vertex.x, vertex.y, vertex.z)
  }
  geometry.computeVertexNormals()
  return geometry
}

/** Many copies of one geometry; `place(dummy, i)` sets each one's transform and may return its colour. */
export function crowd(geometry, material, count, place) {
  const mesh = new THREE.InstancedMesh(geometry, material, count)
  const dummy = new THREE.Object3D()
  for (let i = 0; i < count; i++) {
    dummy.position.set(0, 0, 0)
    dummy.rotation.set(0, 0, 0)
    dummy.scale.set(1, 1, 1)
    const tint = place(dummy, i)
    dummy.updateMatrix()
    mesh.setMatrixAt(i, dummy.matrix)
    if (tint) mesh.setColorAt(i, tint)
  }
  mesh.castShadow = true
  mesh.receiveShadow = true
  return mesh
}
