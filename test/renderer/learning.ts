import type {
  Comparison,
  LearnedModel,
  LossFact,
  Match,
  ModelDetail,
  ReviewCard,
  Run,
  RunMap,
  RunPoint,
  Triage,
  TriageItem,
  TriageKind,
} from '../../src-main/contract/types.ts'

/** What the core would tell of a folder, a run and a model: made up for tests of how the window shows it. */
export const hex = (n: number) => n.toString(16).padStart(32, '0')
export const NAMES = ['Granny Smith', 'Banana', 'Oatly milk', 'Vine tomato', 'Plum', 'Avocado']

export const match = (n: number, distance = 0.42): Match => ({
  identityId: hex(100 + n),
  name: NAMES[n % NAMES.length]!,
  sampleId: hex(200 + n),
  distance,
  similarity: 1 - distance ** 2 / 2,
})

const KINDS: readonly (readonly [TriageKind, number])[] = [
  ['usable', 320],
  ['near-duplicate', 41],
  ['stranger', 25],
  ['recurring-unknown', 14],
  ['unreadable', 3],
  ['enrolled', 6],
]
export const items: readonly TriageItem[] = KINDS.flatMap(([kind, n]) => Array.from({ length: n }, () => kind)).map(
  (kind, index): TriageItem => ({
    index,
    path: `2026/${String(index).padStart(4, '0')}.jpg`,
    token: hex(1000 + index),
    kind,
    found: kind,
    weight: kind === 'stranger' ? 0.25 : kind === 'usable' ? 1 : 0,
    leftOut: false,
    ...(kind === 'recurring-unknown' ? { group: index % 2 ? 'a' : 'b' } : {}),
    ...(kind === 'unreadable'
      ? { problem: { code: 'damaged-picture', message: 'The file ends too early; copy it again from its source.' } }
      : { nearest: match(index % 6, 0.3 + (index % 9) / 10) }),
  }),
)
const counted = (kind: TriageKind) => items.filter((item) => item.kind === kind).length

export const losses: readonly LossFact[] = [
  { name: 'distance-ratio', title: 'distance ratio over d²', words: 'Draws each picture to one reference.' },
  { name: 'softmax', title: 'softmax cross-entropy', words: 'A classifier as most networks have it.' },
]

export const triage: Triage = {
  id: hex(1),
  folder: 'Pictures / 2026',
  profile: 'object',
  counts: {
    usable: counted('usable'),
    'near-duplicate': counted('near-duplicate'),
    unreadable: counted('unreadable'),
    stranger: counted('stranger'),
    'recurring-unknown': counted('recurring-unknown'),
    enrolled: counted('enrolled'),
  },
  groups: ['a', 'b'].map((id) => ({
    id,
    items: items.filter((item) => item.group === id).length,
    first: items
      .filter((item) => item.group === id)
      .slice(0, 4)
      .map(({ token }) => ({ token })),
    leftOut: false,
  })),
  identities: 6,
  rule: 'A photo that lies farther from every reference than 19 of 20 known pairs weighs a quarter in the entropy term.',
  forecast: {
    verdict: 'gain',
    change: 6.2,
    low: 3.1,
    high: 9.4,
    draws: 5,
    basis:
      'Share of neighbours that agree, beyond chance, on a part of the folder that was not learned from. Without labels it gives the sign of the change, not its size.',
  },
  advice: {
    recipe: 'propagate',
    reason: 'The references look like the photos of the folder, and there are about 50 photos for each identity.',
  },
}

export const run: Run = {
  id: hex(2),
  title: 'Run 7',
  profile: 'object',
  folder: 'Pictures / 2026',
  triage: triage.id,
  config: { recipe: 'distance-ratio', seed: 0, steps: 40_000 },
  why: 'The references are of another kind than the photos.',
  state: 'running',
  step: 24_800,
  steps: 40_000,
  rate: 790,
  secondsLeft: 360,
  startedAt: 1_795_000_000_000,
  savedAt: Date.now() - 20_000,
  identities: 6,
  photos: 345,
  backend: 'TensorFlow on 2 cores',
  notices: [],
}

/** One sequence a seed, so that every drawing is the same. */
function noise(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

export function points(n = 80): RunPoint[] {
  const next = noise(7)
  return Array.from({ length: n }, (_, i) => {
    const t = i / (n - 1)
    const error = 0.34 * Math.exp(-2.2 * t) + 0.06 + (next() - 0.5) * 0.01
    return {
      step: Math.round(t * 24_800),
      seconds: t * 900,
      labelled: 1.9 * Math.exp(-4 * t) + 0.32 + next() * 0.06,
      entropy: 1.5 * Math.exp(-2.2 * t) + 0.42 + next() * 0.06,
      balance: 0.9,
      picturesPerSecond: 790,
      ...(i % 8 === 0 || i === n - 1
        ? { heldOut: { error, low: error - 0.035, high: error + 0.045, trials: 480 } }
        : {}),
      ...(i === n - 1
        ? { histogram: Array.from({ length: 20 }, (_, bin) => Math.round(160 * Math.exp(-bin / 2.6) + next() * 6)) }
        : {}),
    }
  })
}

export function map(unlabelled = 345, classes = 6): RunMap {
  const next = noise(3)
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-9)) * Math.cos(6.283 * next())
  const n = unlabelled + classes
  const xy = new Float32Array(2 * n)
  const label = new Int32Array(n).fill(-1)
  const item = new Int32Array(n).fill(-1)
  for (let i = 0; i < n; i++) {
    const of = i < classes ? i : i % classes
    const spread = i < classes ? 0 : 0.1
    xy[2 * i] = Math.max(-1, Math.min(1, 0.72 * Math.cos((of / classes) * 6.283) + spread * normal()))
    xy[2 * i + 1] = Math.max(-1, Math.min(1, 0.72 * Math.sin((of / classes) * 6.283) + spread * normal()))
    if (i < classes) label[i] = i
    else item[i] = (i - classes) % items.length
  }
  const identities = Array.from({ length: classes }, (_, i) => ({ id: hex(100 + i), name: NAMES[i] ?? `Thing ${i}` }))
  return { step: 24_800, by: 'umap', xy, label, item, identities }
}

export const comparison: Comparison = {
  champion: {
    model: hex(50),
    error: { value: 0.284, low: 0.245, high: 0.327, errors: 136, trials: 480 },
    eer: { value: 0.15, low: 0.13, high: 0.17, errors: 72, trials: 480 },
    msPerPicture: 41.2,
  },
  challenger: {
    model: hex(51),
    error: { value: 0.196, low: 0.163, high: 0.234, errors: 94, trials: 480 },
    eer: { value: 0.101, low: 0.085, high: 0.12, errors: 48, trials: 480 },
    msPerPicture: 41.9,
  },
  difference: { value: -0.088, low: -0.126, high: -0.05, p: 0.000_03, test: 'Exact McNemar test' },
  evidence: {
    kind: 'gate',
    strength: 'moderate',
    words:
      'One example an identity leaves no labelled picture to hold out: views of the references and the agreement of neighbours in the folder stand in for them.',
    gate: {
      agreement: { before: 0.41, after: 0.58 },
      occupancy: { before: 0.83, after: 0.91 },
      views: { before: 0.96, after: 0.97 },
      passes: true,
    },
  },
  changes: Array.from({ length: 12 }, (_, i) => ({
    token: hex(1000 + i * 7),
    path: `2025/${i}.jpg`,
    before: i % 4 === 0 ? null : match(i),
    after: i % 5 === 1 ? null : match(i + 1),
  })),
  worse: [{ identityId: hex(104), name: 'Plum', before: 0.1, after: 0.2 }],
  verdict: 'better',
  reason: 'It recognises 8.8 points more of the held-out views, and the paired test leaves little room for chance.',
}

export const models: readonly LearnedModel[] = [
  { id: hex(49), profile: 'face', title: 'face', kind: 'shipped', state: 'live', dimensions: 512, createdAt: 0 },
  {
    id: hex(48),
    profile: 'object',
    title: 'object',
    kind: 'shipped',
    state: 'retired',
    dimensions: 1280,
    createdAt: 0,
  },
  {
    ...{ id: hex(50), profile: 'object', title: 'object-3', kind: 'head', state: 'live', dimensions: 256 },
    ...{
      createdAt: 1_794_400_000_000,
      liveSince: 1_794_500_000_000,
      parent: hex(48),
      recipe: 'propagate',
      verdict: 'better',
    },
  },
  {
    ...{ id: hex(51), profile: 'object', title: 'object-4', kind: 'head', state: 'challenger', dimensions: 256 },
    ...{ createdAt: 1_795_000_000_000, parent: hex(50), run: hex(2), recipe: 'distance-ratio', verdict: 'better' },
  },
]

export const detail: ModelDetail = {
  ...models[3]!,
  config: run.config,
  chosen: triage.advice!,
  backend: 'TensorFlow on 2 cores',
  data: { folder: 'Pictures / 2026', photos: 345, sha256: 'a'.repeat(64), references: 6 },
  trainedOn: NAMES.map((name, i) => ({ id: hex(100 + i), name })),
  trainedOnErased: 1,
  comparison,
  bytes: 2_630_000,
  sha256: 'b'.repeat(64),
}

export const cards: readonly ReviewCard[] = Array.from({ length: 12 }, (_, i) => ({
  item: i * 7,
  token: hex(1000 + i * 7),
  path: `2026/${String(i * 7).padStart(4, '0')}.jpg`,
  candidate: match(i, 0.5 + i / 100),
  second: match(i + 1, 0.55 + i / 100),
  probability: 0.58 - i / 50,
  hangs: 41 - 3 * i,
  worth: 30 - i,
}))
