import type { Attribute } from '../src-main/contract/types.ts'
import { percent } from './figures.ts'

/** Whether comparing by an attribute is worth more than comparing by the whole, as far as it was measured. */
export function worthOf({ name, eer: { before, after } }: Attribute): { short: string; long: string } {
  const figures = `Of pairs that were kept from learning, ${percent(after.value)} are judged wrongly, and ${percent(before.value)} by the whole picture.`
  if (after.high < before.low) return { short: 'worth it', long: `It tells ${name} apart better. ${figures}` }
  if (after.low > before.high)
    return { short: 'worse', long: `The whole picture tells ${name} apart better than it does. ${figures}` }
  return { short: 'undecided', long: `Whether it tells ${name} apart better is not decided. ${figures}` }
}

/** Colour of that: none while it is undecided. */
export const verdictOf = ({ eer: { before, after } }: Attribute): 'same' | 'different' | '' =>
  after.high < before.low ? 'same' : after.low > before.high ? 'different' : ''
