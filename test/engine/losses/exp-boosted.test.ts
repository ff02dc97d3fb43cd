import { boosted } from './boosted.ts'

/** ∫ exp(o) do, of an exponent that is cut at 40. */
const integral = (o: number) => (o < 40 ? Math.exp(o) : Math.exp(40) * (1 + o - 40))

boosted('exp-boosted', (o) => Math.exp(Math.min(o, 40)), integral)
