import { triplets, withClass, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const mined = (mining: 'all' | 'semi-hard' | 'batch-hard') => (s: Scene) => {
  const { x, labels } = withClass(s)
  return triplets(x, labels, mining, 0.3)
}
const options = { margin: 0.3 }

lawsOf('triplet-all', mined('all'), { options })
lawsOf('triplet-semi-hard', mined('semi-hard'), { options })
lawsOf('triplet-batch-hard', mined('batch-hard'), { options })
