import type { RunConfig } from '../../contract/learning.ts'
import type { Control } from '../training/control.ts'
import { kindOfReferences } from './advise.ts'
import { embedded, standardise, type HeadData, type Standardised } from './data.ts'
import type { HeadModel } from './head.ts'
import type { Matrix } from './matrix.ts'
import { METRIC, trainMetric, type Keeping } from './metric.ts'
import { classCentres, propagate, prototypes } from './propagate.ts'
import { softKmeans } from './soft-kmeans.ts'
import { viewWhitening } from './whiten.ts'

export const HEAD_RECIPES = ['whiten', 'propagate', 'cluster', 'distance-ratio', 'hidden-layer'] as const
export type HeadRecipe = (typeof HEAD_RECIPES)[number]

export function isHeadRecipe(recipe: RunConfig['recipe']): recipe is HeadRecipe {
  return (HEAD_RECIPES as readonly string[]).includes(recipe)
}

/** A head and what it makes of the data. */
export interface Fitted {
  readonly head: HeadModel
  readonly data: Standardised
  /** N × D and R × D, unit rows. */
  readonly photos: Matrix
  readonly references: Matrix
  /** What stands for the classes, and the class of each row: prototypes, else the references themselves. */
  readonly stands: Matrix
  readonly standLabels: Int32Array
}

/** Output values of every head. */
export const DIMENSIONS = 256
const HIDDEN = 256

/** What a fit that may be interrupted keeps, and whom it tells. */
export interface FitKeeping extends Pick<Keeping, 'folder' | 'onNotice'> {
  /** After each step of a trained head; `place` embeds the data with the weights of the moment. */
  readonly onStep?: ((step: number, place: () => Pick<Fitted, 'photos' | 'references'>) => void) | undefined
}

/**
 * Fits a head by a recipe: the closed form, then what the recipe adds to it.
 * @throws Cancelled, and what `trainMetric` throws
 */
export async function fitHead(
  raw: HeadData,
  config: RunConfig,
  control: Control,
  { onStep, ...keeping }: FitKeeping = {},
): Promise<Fitted> {
  const recipe = config.recipe
  if (!isHeadRecipe(recipe)) throw new Error(`${recipe} fits no head`)
  const trained = recipe === 'distance-ratio' || recipe === 'hidden-layer'
  const data = standardise(raw)
  const start = viewWhitening(data.photos, data.photoViews, DIMENSIONS)
  const closed = { weights: start.values, dimensions: start.columns }
  const layers = trained
    ? await trainMetric(data, start, teacher(data, closed), metricConfig(config), control, {
        ...keeping,
        onStep: (step, now) =>
          onStep?.(step, () => {
            const layers = now()
            return { photos: embedded(layers, data.photos), references: embedded(layers, data.references) }
          }),
      })
    : closed
  const photos = embedded(layers, data.photos)
  const references = embedded(layers, data.references)
  const found = prototypesOf(recipe, data, photos, references)
  const base = { profile: data.profile, base: data.base, parts: data.how, ...layers }
  const head: HeadModel = found ? { ...base, prototypes: { identities: data.identities, vectors: found.values } } : base
  const standLabels = found ? Int32Array.from(data.identities, (_, i) => i) : data.labels
  return { head, data, photos, references, stands: found ?? references, standLabels }
}

/** Where training by gradients begins: the closed form, and what it makes of each photo, N × c. */
export function beginning(raw: HeadData): { data: Standardised; start: Matrix; overlap: Matrix } {
  const data = standardise(raw)
  const start = viewWhitening(data.photos, data.photoViews, DIMENSIONS)
  return { data, start, overlap: teacher(data, { weights: start.values, dimensions: start.columns }) }
}

/** What the closed form makes of each photo: what labels say that spread over photos, where references are photos too. */
function teacher(data: Standardised, closed: Pick<HeadModel, 'weights' | 'dimensions'>): Matrix {
  const { labels, identities, weights, cannotLink, mustLink } = data
  const photos = embedded(closed, data.photos)
  const references = embedded(closed, data.references)
  if (!kindOfReferences(photos, references, labels).other)
    return propagate(photos, references, labels, identities.length, { cannotLink, mustLink }).labels
  return softKmeans(photos, classCentres(references, labels, identities.length), { weights, cannotLink, mustLink })
    .labels
}

function metricConfig({ recipe, seed, steps, rate, batch, entropy, balance }: RunConfig) {
  return {
    seed,
    steps: steps ?? METRIC.steps,
    rate: rate ?? METRIC.rate,
    batch: batch ?? METRIC.batch,
    entropy: entropy ?? METRIC.entropy,
    balance: balance ?? METRIC.balance,
    overlap: METRIC.overlap,
    hidden: recipe === 'hidden-layer' ? HIDDEN : 0,
  }
}

function prototypesOf(recipe: HeadRecipe, data: Standardised, photos: Matrix, references: Matrix): Matrix | undefined {
  const { labels, identities, weights, cannotLink, mustLink } = data
  const classes = identities.length
  if (recipe === 'propagate') {
    const { labels: shares } = propagate(photos, references, labels, classes, { cannotLink, mustLink })
    return prototypes(photos, classCentres(references, labels, classes), shares, weights)
  }
  if (recipe === 'cluster')
    return softKmeans(photos, classCentres(references, labels, classes), { weights, cannotLink, mustLink }).prototypes
  return undefined
}

/** A control that reports to nobody, for short runs beside the one that is watched. */
export const unwatched: Control = { tick: () => Promise.resolve(), checkpointDue: () => false }
