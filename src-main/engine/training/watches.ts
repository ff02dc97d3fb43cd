/** What the watches look at; row after row, on the CPU. */
export interface Observed {
  /** Steps done. */
  readonly step: number
  readonly steps: number
  /** B × D, of pictures that differ from each other. */
  readonly embeddings?: { readonly values: Float32Array; readonly dimensions: number }
  /** U × c, log P of the unlabelled samples. */
  readonly unlabelled?: Float32Array
  /** B × c, log P of the labelled samples, and their classes. */
  readonly labelled?: { readonly logP: Float32Array; readonly labels: ArrayLike<number> }
  readonly classes?: number
}

export type WatchCode =
  | 'not-a-number' // loss, gradient or weight is NaN or infinite
  | 'norm-exploded' // the gradient is far larger than it was
  | 'embeddings-collapsed' // all pictures are embedded alike
  | 'one-reference' // all pictures are taken for one identity
  | 'prediction-collapsed' // the mean prediction has lost most of its entropy
  | 'confusion-locked' // labelled pictures of one class are taken for another with certainty
  | 'decided-early' // predictions are certain long before the end

export interface Finding {
  readonly code: WatchCode
  /** In plain words: what is seen, and what to do. */
  readonly message: string
  /** 'stop' ends the run; 'notice' is told once and the run goes on. */
  readonly kind: 'stop' | 'notice'
}

/** Plain numbers, for the checkpoint. */
export interface WatchState {
  readonly spread?: { readonly start: number; readonly seen: number } | undefined
  readonly entropy?: { readonly mean: number; readonly peak: number } | undefined
  /** Moving mean prediction, c. */
  readonly prediction?: readonly number[] | undefined
  /** Moving counts of labelled pictures by class and by what they are certainly taken for, c × c. */
  readonly confusion?: readonly number[] | undefined
  /** How many observations in a row each code is seen. */
  readonly rows: Readonly<Partial<Record<WatchCode, number>>>
  readonly told: readonly WatchCode[]
}

export interface Watches {
  /** At most one finding; the gravest. */
  observe(seen: Observed): Finding | undefined
  state(): WatchState
}

export interface WatchOptions {
  /** What a class is called in a message; "class 3" otherwise. */
  readonly nameOf?: (label: number) => string
  /** False where an uneven folder is expected, such as one identity's photos. */
  readonly evenness?: boolean
}

/** Share of the newest observation in a moving mean. */
const NEWEST = 0.05
/** Observations in a row before a finding counts, so that one odd batch is none. */
const PATIENCE = 20
/** Of the root mean square distance to the root mean square norm, or to the distance at the start. */
const ALIKE = 0.01
/** Times the distance at the start. */
const EXPLODED = 1e4
/** Share of the mean prediction: enough alone, and enough once the entropy has fallen. */
const ONE_REFERENCE = 0.98
const MOSTLY = 0.85
/** Of the largest entropy of the mean prediction so far. */
const FALLEN = { stop: 0.35, notice: 0.6 }
/** Of log c: the mean entropy of a prediction below which all is decided. */
const DECIDED = 0.02
const CERTAIN = Math.log(0.9)
/** Moving count of a class before its confusions are judged. */
const ENOUGH = 8

/** @param from of a checkpoint */
export function createWatches(options: WatchOptions = {}, from?: WatchState): Watches {
  const { nameOf = (label: number) => `class ${label + 1}`, evenness = true } = options
  let spread = from?.spread
  let entropy = from?.entropy
  let prediction = from?.prediction && [...from.prediction]
  let confusion = from?.confusion && [...from.confusion]
  const rows: Partial<Record<WatchCode, number>> = { ...from?.rows }
  const told = new Set(from?.told)

  /** True when this is the PATIENCE-th observation in a row. */
  const lasting = (code: WatchCode, seen: boolean, patience = PATIENCE): boolean => {
    rows[code] = seen ? (rows[code] ?? 0) + 1 : 0
    return rows[code] >= patience
  }
  const once = (finding: Finding): Finding | undefined => {
    if (told.has(finding.code)) return undefined
    told.add(finding.code)
    return finding
  }

  function embeddingsAlike({ embeddings }: Observed): Finding | undefined {
    if (!embeddings) return undefined
    const { distance, norm } = extent(embeddings.values, embeddings.dimensions)
    const before = spread ?? { start: distance, seen: 0 }
    // The start is the mean of the first observations, before anything can have collapsed.
    const counts = before.seen < PATIENCE
    spread = {
      start: counts ? (before.start * before.seen + distance) / (before.seen + 1) : before.start,
      seen: before.seen + 1,
    }
    if (lasting('norm-exploded', distance > EXPLODED * spread.start))
      return {
        code: 'norm-exploded',
        kind: 'stop',
        message:
          'The embeddings are ten thousand times farther apart than at the start and keep growing. A smaller rate avoids it.',
      }
    const alike = distance <= ALIKE * norm || distance <= (ALIKE / 10) * spread.start
    if (!lasting('embeddings-collapsed', alike)) return undefined
    return {
      code: 'embeddings-collapsed',
      kind: 'stop',
      message:
        'All pictures are embedded at nearly the same point, so nothing can be told apart any more. A smaller rate, or another loss, avoids it.',
    }
  }

  function predictions({ unlabelled, classes = 0, step, steps }: Observed): Finding | undefined {
    if (!unlabelled || classes < 2 || unlabelled.length === 0) return undefined
    const { mean, certainty } = summary(unlabelled, classes)
    prediction = prediction ? prediction.map((p, i) => (1 - NEWEST) * p + NEWEST * mean[i]!) : mean
    const evenly = entropyOf(prediction) / Math.log(classes)
    entropy = { mean: evenly, peak: Math.max(entropy?.peak ?? 0, evenly) }
    const largest = prediction.indexOf(Math.max(...prediction))
    const lost = evenly < FALLEN.stop * entropy.peak
    const oneOnly = lasting('one-reference', prediction[largest]! > ONE_REFERENCE)
    const collapsed = lasting('prediction-collapsed', lost)
    if (evenness && (oneOnly || (collapsed && prediction[largest]! > MOSTLY)))
      return {
        code: 'one-reference',
        kind: 'stop',
        message: `Nearly all unlabelled pictures are taken for ${nameOf(largest)}. The entropy term has drawn them to one reference; a larger balance term, or a smaller entropy term, avoids it.`,
      }
    if (evenness && collapsed)
      return {
        code: 'prediction-collapsed',
        kind: 'stop',
        message:
          'The unlabelled pictures are taken for fewer and fewer identities. A larger balance term, or a smaller entropy term, avoids it.',
      }
    if (evenly < FALLEN.notice * entropy.peak)
      return once({
        code: 'prediction-collapsed',
        kind: 'notice',
        message:
          'The unlabelled pictures are taken for fewer identities than before. Either the folder shows only some of them, or the entropy term is too strong.',
      })
    const decided = certainty < DECIDED * Math.log(classes) && step < steps / 10
    if (lasting('decided-early', decided))
      return once({
        code: 'decided-early',
        kind: 'notice',
        message:
          'Nearly every unlabelled picture is decided already, early in the run. What is wrong now tends to stay wrong; answering a few review cards helps more than further steps.',
      })
    return undefined
  }

  function lockedConfusion({ labelled, classes = 0, step, steps }: Observed): Finding | undefined {
    if (!labelled || classes < 2) return undefined
    const counts = confusion ?? new Array<number>(classes * (classes + 1)).fill(0)
    confusion = counts
    const width = classes + 1
    for (let i = 0; i < labelled.labels.length; i++) {
      const label = labelled.labels[i]!
      const row = labelled.logP.subarray(i * classes, (i + 1) * classes)
      const taken = row.indexOf(row.reduce((most, value) => Math.max(most, value)))
      for (let j = 0; j < width; j++) counts[label * width + j]! *= 1 - NEWEST
      counts[label * width + classes]! += 1
      if (taken !== label && row[taken]! > CERTAIN) counts[label * width + taken]! += 1
    }
    // In the first fifth references still move, and certainty may be wrong for a while.
    const late = step > steps / 5
    for (let label = 0; label < classes; label++)
      for (let taken = 0; taken < classes; taken++) {
        const seen = counts[label * width + classes]!
        if (!late || seen < ENOUGH || counts[label * width + taken]! < seen / 2) continue
        if (lasting('confusion-locked', true))
          return {
            code: 'confusion-locked',
            kind: 'stop',
            message: `Labelled pictures of ${nameOf(label)} are taken for ${nameOf(taken)} with certainty, and training no longer changes it. Another labelled picture of ${nameOf(label)}, unlike those it has, resolves it.`,
          }
        return undefined
      }
    lasting('confusion-locked', false)
    return undefined
  }

  return {
    observe(seen) {
      const findings = [embeddingsAlike(seen), predictions(seen), lockedConfusion(seen)].filter(
        (one) => one !== undefined,
      )
      return findings.find(({ kind }) => kind === 'stop') ?? findings[0]
    },
    state: () => ({ spread, entropy, prediction, confusion, rows: { ...rows }, told: [...told] }),
  }
}

/** Root mean square distance of the rows to their mean, and their root mean square norm. */
function extent(values: Float32Array, dimensions: number): { distance: number; norm: number } {
  const count = values.length / dimensions
  const mean = new Float64Array(dimensions)
  values.forEach((value, i) => (mean[i % dimensions]! += value / count))
  let [squares, away] = [0, 0]
  values.forEach((value, i) => {
    squares += value * value
    away += (value - mean[i % dimensions]!) ** 2
  })
  return { distance: Math.sqrt(away / count), norm: Math.sqrt(squares / count) }
}

/** The mean prediction, and the mean entropy of one. */
function summary(logP: Float32Array, classes: number): { mean: number[]; certainty: number } {
  const count = logP.length / classes
  const mean = new Array<number>(classes).fill(0)
  let certainty = 0
  logP.forEach((value, i) => {
    const p = Math.exp(value)
    mean[i % classes]! += p / count
    certainty -= p === 0 ? 0 : (p * value) / count
  })
  return { mean, certainty }
}

const entropyOf = (p: readonly number[]): number =>
  p.reduce((sum, value) => sum - (value > 0 ? value * Math.log(value) : 0), 0)
