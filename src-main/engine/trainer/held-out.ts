import type { GateFigures, HeldOut, TrainWork } from '../../contract/trainer-api.ts'
import type { HeadData } from '../heads/data.ts'
import { fitHead, unwatched, type Fitted } from '../heads/fit.ts'
import { embedder, gate, plainChampion, type Champion } from '../heads/gate.ts'
import { pick, type Matrix } from '../heads/matrix.ts'
import { ask, pairDistances, type Stand } from './answers.ts'

/** From so many identities with several samples on, these samples are better evidence than views. */
const ENOUGH = 10
/** Distances of more trials than this sharpen no threshold. */
const MOST = 2000

export interface Measured {
  readonly heldOut: HeldOut
  readonly gate: GateFigures
}

/**
 * Asks both models what training has not seen. Short runs of the same recipe stand for the finished one, which has seen
 * everything: the gate's, on 70 % of the folder, and where identities have several samples one without a sample of each.
 * @param before R × D, the references as the shipped model embeds them
 * @param how means and shares of the finished head: the shipped model's view of what nobody has embedded
 */
export async function measureHeldOut(
  data: HeadData,
  how: Fitted['data']['how'],
  before: Matrix,
  work: TrainWork,
): Promise<Measured> {
  let probe: Fitted | undefined
  const champion = plainChampion(data, how)
  const figures = await gate(
    data,
    champion,
    async (some) => (probe = await fitHead(some, work.config, unwatched)),
    work.config.seed,
  )
  const labelled = await samplesHeldOut(data, before, work)
  return { heldOut: labelled ?? viewsHeldOut(data, champion, probe!, work.classes), gate: figures }
}

/** The newest sample of each identity that has several, kept out of a run of its own. */
async function samplesHeldOut(data: HeadData, before: Matrix, work: TrainWork): Promise<HeldOut | undefined> {
  const last = new Map<number, number>()
  const count = new Map<number, number>()
  data.labels.forEach((label, row) => {
    last.set(label, row)
    count.set(label, (count.get(label) ?? 0) + 1)
  })
  const held = Int32Array.from([...last].flatMap(([label, row]) => (count.get(label)! > 1 ? [row] : [])))
  if (held.length < ENOUGH) return undefined
  const out = new Set(held)
  const kept = Int32Array.from(data.labels.keys()).filter((row) => !out.has(row))
  const each = data.referenceViews.rows / data.references.rows
  const views = Int32Array.from(
    { length: kept.length * each },
    (_, i) => kept[Math.floor(i / each)]! * each + (i % each),
  )
  const labels = kept.map((row) => data.labels[row]!)
  const rest = {
    ...data,
    labels,
    references: pick(data.references, kept),
    referenceViews: pick(data.referenceViews, views),
  }
  const fitted = await fitHead(rest, work.config, unwatched)
  const truth = held.map((row) => data.labels[row]!)
  return trials(
    'labelled',
    truth,
    { probes: pick(before, held), stand: { rows: pick(before, kept), labels } },
    { probes: embedder(fitted)(pick(data.references, held)), stand: standOf(fitted) },
    work.classes,
  )
}

/** Views of the references that the gate's run has not seen: the second half of each one's. */
function viewsHeldOut(data: HeadData, champion: Champion, fitted: Fitted, classes: number): HeldOut {
  const each = data.referenceViews.rows / data.references.rows
  const from = each > 1 ? Math.max(1, Math.floor(each / 2)) : 0
  const unseen: number[] = []
  for (let r = 0; r < data.references.rows; r++) for (let v = from; v < each; v++) unseen.push(r * each + v)
  const views = pick(data.referenceViews, unseen)
  const truth = Int32Array.from(unseen, (view) => data.labels[Math.floor(view / each)]!)
  return trials(
    'gate',
    truth,
    { probes: champion.embed(views), stand: { rows: champion.references, labels: data.labels } },
    { probes: embedder(fitted)(views), stand: standOf(fitted) },
    classes,
  )
}

export const standOf = ({ stands, standLabels }: Fitted): Stand => ({ rows: stands, labels: standLabels })

interface Side {
  readonly probes: Matrix
  readonly stand: Stand
}

function trials(kind: HeldOut['kind'], truth: Int32Array, before: Side, after: Side, classes: number): HeldOut {
  const first = ask(before.probes, before.stand, classes).classes
  const second = ask(after.probes, after.stand, classes).classes
  const answered = Int32Array.from({ length: 2 * truth.length }, (_, i) => (i % 2 === 0 ? first[i]! : second[i - 1]!))
  const some = Int32Array.from({ length: Math.min(MOST, truth.length) }, (_, i) =>
    Math.floor((i * truth.length) / Math.min(MOST, truth.length)),
  )
  const labels = some.map((trial) => truth[trial]!)
  const distances = ({ probes, stand }: Side) => pairDistances(pick(probes, some), labels, stand, classes)
  const [near, far] = [distances(before), distances(after)]
  return {
    kind,
    truth,
    answered,
    genuine: { before: near.genuine, after: far.genuine },
    impostor: { before: near.impostor, after: far.impostor },
  }
}
