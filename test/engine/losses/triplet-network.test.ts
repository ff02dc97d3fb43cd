import { squaredDistance, withClass, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

function ofTwoDistances(scene: Scene): number {
  const { x, labels } = withClass(scene)
  let [sum, count] = [0, 0]
  for (let a = 0; a < x.length; a++)
    for (let p = 0; p < x.length; p++)
      for (let n = 0; n < x.length; n++) {
        if (p === a || labels[p] !== labels[a] || labels[n] === labels[a]) continue
        const near = Math.exp(Math.sqrt(squaredDistance(x[a]!, x[p]!)))
        const far = Math.exp(Math.sqrt(squaredDistance(x[a]!, x[n]!)))
        sum += (near / (near + far)) ** 2 + (far / (near + far) - 1) ** 2
        count++
      }
  return sum / Math.max(1, count)
}

lawsOf('triplet-network', ofTwoDistances)
