import { pairs, squaredDistance, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const ofDistance = (s: Scene) =>
  pairs(s, squaredDistance, (a, b) => Math.max(0, 0.9 - Math.sqrt(squaredDistance(a, b))) ** 2)
const ofSquare = (s: Scene) => pairs(s, squaredDistance, (a, b) => Math.max(0, 0.9 - squaredDistance(a, b)))
const as = { options: { margin: 0.9 }, ofOneClass: true } as const

lawsOf('contrastive', ofDistance, as)
lawsOf('contrastive-square', ofSquare, as)
