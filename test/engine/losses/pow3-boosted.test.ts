import { boosted } from './boosted.ts'

boosted(
  'pow3-boosted',
  (o) => o ** 3,
  (o) => o ** 4 / 4,
)
