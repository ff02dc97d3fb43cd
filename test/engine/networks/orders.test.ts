import { RESIDUAL } from './counts.ts'
import { laws } from './laws.ts'

laws('Other orders within a residual unit', {
  'residual-norm-after-addition': RESIDUAL,
  'residual-relu-before-addition': RESIDUAL,
  'residual-relu-only': RESIDUAL,
})
