/** Uniform numbers in [0, 1) that depend on `seed` alone, so that a figure can be measured again (splitmix32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let word = state
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return ((word ^ (word >>> 15)) >>> 0) / 0x1_0000_0000
  }
}

/** A whole number in [0, count). */
export function below(count: number, random: () => number): number {
  return Math.floor(random() * count)
}

/** `count` different items in random order (Fisher and Yates); all of them when there are fewer. The input stays as it is. */
export function drawn<T>(items: readonly T[], count: number, random: () => number): T[] {
  const deck = [...items]
  const take = Math.min(count, deck.length)
  for (let at = 0; at < take; at++) {
    const other = at + below(deck.length - at, random)
    const held = deck[at]!
    deck[at] = deck[other]!
    deck[other] = held
  }
  return deck.slice(0, take)
}
