import { openEngine } from '../core/engine-process.ts'
import type { EngineApi } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import { measurePictures, type MeasuredPictures } from '../app/evaluation/measure-pictures.ts'
import { createProgress } from './progress.ts'
import { shippedProfile, type Run } from './run.ts'
import { counted, printable } from './text.ts'

/** Runs `use` with an engine of its own, which never sees a gallery, and ends it whatever happens. */
export async function withEngine<T>(run: Run, use: (engine: EngineApi) => Promise<T>): Promise<T> {
  // Thresholds and pictures of a profile of the user's own are in a gallery.
  shippedProfile(run)
  const engine = openEngine({ backend: run.backend })
  const stop = () => void engine.close()
  run.signal.addEventListener('abort', stop, { once: true })
  try {
    return await use(engine.api)
  } catch (error) {
    if (run.signal.aborted) throw new AppError('cancelled', 'Cancelled.')
    throw error
  } finally {
    run.signal.removeEventListener('abort', stop)
    await engine.close()
  }
}

/** Embeds pictures with a progress bar, and names on stderr each file that is no picture. */
export async function measure(run: Run, engine: EngineApi, paths: readonly string[]): Promise<MeasuredPictures> {
  const progress = createProgress('Measuring')
  try {
    const measured = await measurePictures(engine, paths, {
      profile: run.profile,
      signal: run.signal,
      onProgress: (done, total) => progress.update(done, total),
    })
    progress.end()
    for (const { path, message } of measured.problems) run.output.note(`${printable(path)}: ${message}`)
    if (measured.problems.length === measured.embeddings.size) {
      throw new AppError(
        'bad-picture',
        `None of ${counted(measured.embeddings.size, 'file')} is a picture that can be read.`,
      )
    }
    return measured
  } finally {
    progress.end()
  }
}
