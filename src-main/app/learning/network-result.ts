import { NO_BASE } from '../../contract/model-file.ts'
import { HELD_OUT, type TrainResult } from '../../contract/trainer-api.ts'
import { calibrateLearned } from '../models/calibrate-learned.ts'
import { registerChallenger } from '../models/register.ts'
import type { Parts } from '../parts.ts'
import { compare } from './compare.ts'
import type { LiveRun } from './live-run.ts'
import type { RunData } from './run-store.ts'
import { championOf } from './scratch.ts'

/**
 * Takes a network from scratch into the gallery: the first of a profile makes it and is live in it, a later one is a challenger.
 * Its thresholds are measured on pictures that were held out.
 * @returns id of the model
 * @throws AppError bad-table when what was held out leaves no band between same and different; as `registerChallenger`
 */
export async function concludeNetwork(
  parts: Parts,
  live: LiveRun,
  data: RunData,
  result: TrainResult,
): Promise<string> {
  const { run, classes } = live.stored
  const { profile, profileName, config, why, folder, backend } = run
  const { heldOut, files, dimensions } = result
  const champion = championOf(parts, live)
  const asked = new Set(heldOut.truth).size
  const calibration = calibrateLearned(profile, heldOut.genuine.after, heldOut.impostor.after, {
    // In words that name no class: they travel with the model's files.
    data: `${heldOut.truth.length} pictures kept from training, each beside up to ${HELD_OUT.references} of every class; the network knows these classes`,
    identities: Math.max(1, asked),
    pictures: Math.max(1, heldOut.truth.length),
    command: 'semblance train',
  })
  const comparison = champion !== undefined && {
    ...compare({
      champion,
      classes,
      heldOut,
      ms: { champion: result.msOfChampion ?? 0, challenger: result.msPerPicture },
      held: 'labelled pictures of the folder',
    }),
    changes: [],
  }
  const { id } = await registerChallenger(parts, {
    ...{ profile, kind: 'network', files, dimensions, calibration, base: NO_BASE, run: live.id, trainedOn: [] },
    ...(profileName !== undefined && { profileName }),
    ...(champion !== undefined && { parent: champion }),
    recipe: config.recipe,
    config,
    chosen: { recipe: config.recipe, reason: why },
    ...(backend !== undefined && { backend }),
    data: { folder, photos: data.photos.length, sha256: data.sha256, references: data.references.length },
    ...(comparison && { comparison }),
  })
  return id
}

/** What a network from scratch is worth, beside what answered before or the nearest labelled picture by its pixels. */
export function ofScratch({ stored: { run } }: LiveRun, { heldOut, msOfChampion }: TrainResult): string {
  const { truth, answered, genuine, impostor } = heldOut
  const wrong = (side: 0 | 1) => truth.filter((label, trial) => answered[2 * trial + side] !== label).length
  const other = msOfChampion === undefined ? 'the nearest picture by its pixels' : 'the network that answers now'
  const pairs = genuine.after.length + impostor.after.length
  return (
    `Of ${truth.length} labelled pictures that were held out it takes ${wrong(1)} for another class; ${other} ${wrong(0)}. ` +
    `The thresholds of ${run.profileName ?? 'the profile'} rest on ${pairs} comparisons of these pictures.`
  )
}
