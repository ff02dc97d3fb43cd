import { join } from 'node:path'
import type { TrainAnswers, TrainResult } from '../../contract/trainer-api.ts'
import type { AnswerChange, Match } from '../../contract/types.ts'
import { calibrateLearned } from '../models/calibrate-learned.ts'
import { liveModel, liveOf } from '../models/facts.ts'
import { registerChallenger } from '../models/register.ts'
import type { Parts } from '../parts.ts'
import { compare } from './compare.ts'
import type { LiveRun } from './live-run.ts'
import { concludeNetwork } from './network-result.ts'
import type { RunData, RunStore } from './run-store.ts'

/** So many answers that change are kept with their pictures. */
const CHANGES = 500
/** Pictures that the champion's time is measured on. */
const TIMED = 5

/**
 * Takes what the trainer made into the gallery as a challenger.
 * @returns its id
 * @throws AppError as `registerChallenger`
 */
export async function conclude(
  parts: Parts,
  store: RunStore,
  live: LiveRun,
  data: RunData,
  result: TrainResult,
): Promise<string> {
  if (result.kind === 'network') return concludeNetwork(parts, live, data, result)
  const { run, base, classes } = live.stored
  const { profile, config, why, folder, backend } = run
  if (result.answers) keepAnswers(store, live.id, result.answers)
  const champion = await champions(parts, live, data)
  const calibration = calibrateLearned(profile, result.heldOut.genuine.after, result.heldOut.impostor.after, {
    // In words that say nothing of this gallery: it travels with the model's files.
    data:
      result.heldOut.kind === 'labelled'
        ? 'samples that were held out'
        : 'random views of references that were held out',
    identities: classes.length,
    pictures: Math.max(1, data.photos.length),
    command: 'semblance train',
  })
  const known = await parts.calibrations(profile, champion.model)
  const limits = { before: known.thresholds.known, after: calibration.thresholds.known }
  const detail = await registerChallenger(parts, {
    profile,
    kind: result.kind,
    files: result.files,
    base,
    dimensions: result.dimensions,
    parent: champion.model,
    run: live.id,
    recipe: config.recipe,
    config,
    chosen: { recipe: config.recipe, reason: why },
    ...(backend !== undefined && { backend }),
    data: { folder, photos: data.photos.length, sha256: data.sha256, references: data.references.length },
    calibration,
    comparison: {
      ...compare({
        champion: champion.model,
        classes,
        heldOut: result.heldOut,
        gate: result.gate,
        ms: { champion: champion.ms, challenger: champion.ms + result.msPerPicture },
      }),
      changes: result.answers ? changesOf(parts, live, data, result.answers, limits) : [],
    },
    trainedOn: classes.map((one) => one.id),
    ...(result.prototypes && { prototypes: prototypesOf(live, data, result.prototypes, result.dimensions) }),
  })
  return detail.id
}

function prototypesOf(live: LiveRun, data: RunData, vectors: Float32Array, dimensions: number) {
  return live.stored.classes.map(({ id }, number) => ({
    identityId: id,
    vector: vectors.slice(number * dimensions, (number + 1) * dimensions),
    samples: data.references.flatMap((one) => (one.class === number ? [one.sampleId] : [])),
  }))
}

/** For the review: numbers alone, whole ones among them; float32 holds them exactly up to sixteen million. */
function keepAnswers(store: RunStore, id: string, answers: TrainAnswers): void {
  const { classes, probabilities, entropy, hangs, before, distanceBefore, distanceAfter } = answers
  const float = (values: Int32Array) => Float32Array.from(values)
  store
    .answers(id)
    .write({}, [float(classes), probabilities, entropy, float(hangs), float(before), distanceBefore, distanceAfter])
}

/** The model that answers now, and milliseconds a picture takes it, from the bytes on. */
async function champions(parts: Parts, { stored }: LiveRun, data: RunData): Promise<{ model: string; ms: number }> {
  const { profile } = stored.run
  const times: number[] = []
  for (const { path } of data.photos.slice(0, TIMED)) {
    const began = performance.now()
    try {
      await parts.engine.look({ source: { path: join(stored.folder, path) }, profile, ...liveOf(parts, profile) })
      times.push(performance.now() - began)
    } catch {
      // It has gone since; another picture tells the time.
    }
  }
  times.sort((a, b) => a - b)
  return { model: await liveModel(parts, profile), ms: times[Math.floor(times.length / 2)] ?? 0 }
}

/** Photos of the folder that are answered differently, the surest new answers first. */
function changesOf(
  parts: Parts,
  { stored }: LiveRun,
  data: RunData,
  answers: TrainAnswers,
  limits: { before: number; after: number },
): AnswerChange[] {
  const match = (number: number, distance: number, limit: number): Match | null => {
    const known = stored.classes[number]
    const identity = known && parts.gallery.findIdentity(known.id)
    const reference = data.references.find((one) => one.class === number)
    if (!identity || !reference || distance > limit) return null
    const { id: identityId, name } = identity
    return { identityId, name, sampleId: reference.sampleId, distance, similarity: 1 - distance ** 2 / 2 }
  }
  const changes: { change: AnswerChange; sure: number }[] = []
  data.photos.forEach(({ path, box }, row) => {
    const before = match(answers.before[row]!, answers.distanceBefore[row]!, limits.before)
    const after = match(answers.classes[2 * row]!, answers.distanceAfter[row]!, limits.after)
    if (before?.identityId === after?.identityId) return
    const token = parts.pictures.addPath(join(stored.folder, path))
    changes.push({ change: { token, path, box, before, after }, sure: answers.probabilities[2 * row]! })
  })
  return changes
    .sort((a, b) => b.sure - a.sure)
    .slice(0, CHANGES)
    .map(({ change }) => change)
}
