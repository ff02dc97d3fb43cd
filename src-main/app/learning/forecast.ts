import { AppError } from '../../contract/errors.ts'
import type { Forecast, RunConfig } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { newToken } from '../pictures.ts'
import { prepare } from './run-data.ts'
import { photosOf, weightsOf } from './run-work.ts'
import type { TriageStore } from './triage-store.ts'

/** Photos that a probe run looks at: enough for a sign, and read within a minute or so. */
const PROBED = 400

/**
 * A short probe run of the advised recipe over some photos of the folder; the figure is kept with the triage.
 * @throws AppError not-trainable with the triage's own refusal, and as a run
 */
export async function measureForecast(parts: Parts, triages: TriageStore, id: string): Promise<Forecast> {
  const { stored } = triages.open(id)
  if (stored.refusal) throw new AppError('not-trainable', stored.refusal.message)
  const photos = photosOf(triages, id)
  // Evenly over the folder: neighbours in a list are often of one thing.
  const every = Math.max(1, photos.length / PROBED)
  const probed = photos.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every))
  const trainer = parts.startTrainer(() => undefined)
  try {
    const { profile, model, folder } = stored
    const { signal } = new AbortController()
    const { data } = await prepare(parts, trainer, { folder, profile, model, photos: probed, signal, onPhoto() {} })
    const config: RunConfig = { recipe: stored.advice?.recipe ?? 'propagate', seed: 1 }
    const identities = [...new Set(data.references.map((one) => one.identityId))]
    const forecast = await trainer.api.forecast({
      run: newToken(),
      folder: '',
      config,
      profile,
      base: model,
      parts: data.parts,
      classes: identities.length,
      identities,
      labels: Int32Array.from(data.references, (one) => one.class),
      weights: weightsOf(data),
      views: data.views,
      cannotLink: Int32Array.from(data.cannotLink.flat()),
      mustLink: Int32Array.from((data.mustLink ?? []).flat()),
    })
    triages.choose(id, { ...triages.open(id).choices, forecast })
    return forecast
  } finally {
    trainer.kill()
  }
}
