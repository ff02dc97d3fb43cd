/** What a run from scratch may choose by name; engine/networks/table.ts builds them. */
export const NETWORKS = [
  {
    name: 'neighbor-mnist',
    title: 'Five convolutions',
    words: 'For digits, letters and other small shapes.',
    side: 28,
    least: 8,
  },
  {
    name: 'neighbor-mnist-2d',
    title: 'Five convolutions into a plane',
    words: 'The same, ending in two numbers a picture: the map of the run shows all that it sees.',
    side: 28,
    least: 8,
  },
  {
    name: 'neighbor-cifar',
    title: 'Eight convolutions',
    words: 'For small photos and logos in colour; it takes longest.',
    side: 32,
    least: 12,
  },
  {
    name: 'omniglot',
    title: 'Six convolutions for drawn characters',
    words: 'For many kinds of characters with few drawings each; every picture is brought to 48 × 48.',
    side: 48,
    least: 48,
  },
] as const satisfies readonly NetworkFact[]

export interface NetworkFact {
  readonly name: string
  readonly title: string
  /** What it is for, in one sentence. */
  readonly words: string
  /** Pixels on a side that it is made for. */
  readonly side: number
  /** The least side that its pools leave something of; where it equals `side`, no other side is possible. */
  readonly least: number
}

export type NetworkName = (typeof NETWORKS)[number]['name']
