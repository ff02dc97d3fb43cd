import { boosted } from './boosted.ts'

const cut = (o: number) => Math.min(Math.abs(o), 40)

/** ∫ sgn(o)·exp(|o|) do, of an exponent that is cut at 40. */
const integral = (o: number) => Math.exp(cut(o)) * (1 + Math.abs(o) - cut(o))

boosted('mirrored-boosted', (o) => Math.sign(o) * Math.exp(cut(o)), integral)
