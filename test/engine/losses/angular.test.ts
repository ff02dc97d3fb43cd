import { squaredDistance, withClass, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const atMost = (angle: number) => (scene: Scene) => {
  const { x, labels } = withClass(scene)
  const tan = Math.tan((angle * Math.PI) / 180)
  let [sum, count] = [0, 0]
  for (let a = 0; a < x.length; a++)
    for (let p = 0; p < x.length; p++)
      for (let n = 0; n < x.length; n++) {
        if (p === a || labels[p] !== labels[a] || labels[n] === labels[a]) continue
        const middle = x[a]!.map((value, k) => (value + x[p]![k]!) / 2)
        sum += Math.max(0, squaredDistance(x[a]!, x[p]!) - 4 * tan ** 2 * squaredDistance(x[n]!, middle))
        count++
      }
  return sum / Math.max(1, count)
}

lawsOf('angular', atMost(45))
lawsOf('angular', atMost(30), { options: { angle: 30 } })
