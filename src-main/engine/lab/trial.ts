import type { CellPoint, CellResult, MethodName } from '../../contract/lab.ts'
import type { Problem } from '../../contract/jobs.ts'
import type { MethodSpec } from '../methods/method.ts'
import { METHODS_BY_NAME } from '../methods/table.ts'
import type { Control } from '../training/control.ts'
import { costOf } from '../training/cost.ts'
import { lossOf } from '../training/predictions.ts'
import { createRandom } from '../training/random.ts'
import { createCurve } from './curve.ts'
import { learnedFrom, type TrialData } from './data.ts'
import { embed, nearestErrors, oneOfEach, scoredErrors, someOfEach } from './measure.ts'

/** References of each class that a picture of the test is compared with. */
const REFERENCES = 100
/** Draws of one reference of each class, for losses that judge by those. */
const DRAWS = 5
/** Labelled pictures that are asked for the training error. */
const TRAINED = 2000
const POINTS = 20
/** For the curve: pictures that are asked, references of each class, and of all. */
const CURVE = { asked: 500, references: 10, all: 500 } as const

export interface TrialSpec extends MethodSpec {
  /** 'direct' */
  readonly method?: MethodName
  /** Entries of the curve; 20. */
  readonly points?: number
  readonly onPoint?: (point: CellPoint) => void
  /** Told before the first step, with the curve until then, and whenever it goes back. */
  readonly onFrom?: (step: number, points: readonly CellPoint[]) => void
}

export interface Trial extends CellResult {
  readonly curve: readonly CellPoint[]
  /** 'stopped' by a watch; it is measured all the same. */
  readonly outcome: 'done' | 'stopped'
  readonly problem?: Problem
}

/**
 * Trains one network and measures it on pictures that training never sees. With a folder it goes on from the newest checkpoint
 * there, and ends with the same weights as if it had never stopped; `spec.network` must then be as it was made. The network ends
 * with the weights that were measured: the last, or their moving mean if one is asked for.
 * `nearest` compares with at most 100 labelled pictures of each class, `training` asks at most 2000 of the labelled ones, each
 * compared with the others; scores of a loss that needs references are a mean over 5 draws of one of each class.
 * @throws Cancelled; AppError wrong-use where loss and method do not go together; what the method throws
 */
export async function runTrial(spec: TrialSpec, data: TrialData, control: Control): Promise<Trial> {
  const { network, seed, method = 'direct', points = POINTS, onPoint, onFrom, ...training } = spec
  // Before the loss makes its own parameters among the network's.
  const { parameters, macs } = await costOf(network)
  const curve = createCurve({
    control,
    steps: spec.steps,
    points,
    folder: spec.folder,
    measure: curveErrors(spec, data),
    onPoint,
    onFrom,
  })
  const end = await METHODS_BY_NAME[method]({ ...training, network, seed }, learnedFrom(data), curve.control)
  curve.end()
  if (end.average) network.write(end.average)
  return {
    ...measured(spec, data),
    trials: data.asked.length,
    seconds: curve.seconds(),
    parameters,
    macs,
    curve: curve.points(),
    outcome: end.outcome,
    ...(end.problem && { problem: end.problem }),
  }
}

/** A stream that training draws nothing from. */
const measuring = (seed: number) => createRandom(seed + 2 ** 41)

/** Errors of the network as it is: of the test by the loss's own rule and by the nearest, and of the labelled pictures. */
export function measured(
  spec: Pick<TrialSpec, 'network' | 'loss' | 'lossOptions' | 'normalised' | 'seed'>,
  data: TrialData,
): Pick<CellResult, 'error' | 'nearest' | 'training'> {
  const { pictures, labels, asked } = data
  const random = measuring(spec.seed)
  const references = someOfEach(data, REFERENCES, random)
  const own = someOfEach(data, Math.max(1, Math.floor(TRAINED / data.classes)), random)
  const stands = embed(spec, pictures, references)
  const draws = lossOf(spec).scores
    ? Array.from({ length: DRAWS }, () => embed(spec, pictures, oneOfEach(data, random)))
    : []
  const errors = (places: Int32Array) => {
    const probes = embed(spec, pictures, places)
    const truth = places.map((place) => labels[place]!)
    const nearest = nearestErrors(probes, stands, { probes: places, references }, labels)
    return { nearest, error: scoredErrors(spec, probes, draws, truth) ?? nearest }
  }
  return { ...errors(asked), training: errors(own).error }
}

/** Share of at most 500 pictures of the test that is named wrongly, always the same ones; chooses nothing. */
function curveErrors(spec: TrialSpec, data: TrialData): () => number {
  const { pictures, labels } = data
  const random = measuring(spec.seed)
  const asked =
    data.asked.length <= CURVE.asked ? data.asked : chosen(data.asked, random.permutation(data.asked.length))
  const each = Math.max(1, Math.min(CURVE.references, Math.floor(CURVE.all / data.classes)))
  const references = someOfEach(data, each, random)
  const draw = oneOfEach(data, random)
  const truth = asked.map((place) => labels[place]!)
  return () => {
    const probes = embed(spec, pictures, asked)
    const scored = lossOf(spec).scores ? scoredErrors(spec, probes, [embed(spec, pictures, draw)], truth) : undefined
    return scored ?? nearestErrors(probes, embed(spec, pictures, references), { probes: asked, references }, labels)
  }
}

const chosen = (places: Int32Array, order: Int32Array) => order.slice(0, CURVE.asked).map((at) => places[at]!)
