import type { EngineApi } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Problem, Profile } from '../../contract/types.ts'
import type { Measured } from './distance.ts'

/** Two calls in flight: one picture is decoded while another is embedded. */
const IN_FLIGHT = 2

export interface MeasuredPictures {
  /** By path. The main face or the object; null where nothing is found, or the file is no picture (then `problems` says so). */
  readonly embeddings: ReadonlyMap<string, Measured>
  readonly problems: readonly (Problem & { readonly path: string })[]
  /** Id of the model that made the embeddings. */
  readonly model: string
}

/**
 * Embeds each picture once. A file that is no picture is set down as a problem and the run goes on.
 * @throws AppError when the engine stops for good, or `signal` is aborted (cancelled)
 */
export async function measurePictures(
  engine: Pick<EngineApi, 'look'>,
  paths: readonly string[],
  options: { profile: Profile; signal?: AbortSignal | undefined; onProgress?: (done: number, total: number) => void },
): Promise<MeasuredPictures> {
  const wanted = [...new Set(paths)]
  const embeddings = new Map<string, Measured>()
  const problems: (Problem & { path: string })[] = []
  let model = ''
  let next = 0

  async function one(path: string): Promise<Measured> {
    try {
      const look = await lookTwice(path)
      model = look.model
      return look.found[0]?.embedding ?? null
    } catch (error) {
      if (!(error instanceof AppError) || FATAL.has(error.code)) {
        next = wanted.length
        throw error
      }
      if (error.code !== 'no-face') problems.push({ path, code: error.code, message: error.message })
      return null
    }
  }
  /** An engine that ends takes both calls in flight along; it starts again, and only the picture that ended it ends it twice. */
  async function lookTwice(path: string) {
    const request = { source: { path }, profile: options.profile }
    try {
      return await engine.look(request)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'engine-stopped' || options.signal?.aborted) throw error
      return await engine.look(request)
    }
  }
  async function lane(): Promise<void> {
    for (let path = wanted[next++]; path !== undefined; path = wanted[next++]) {
      if (options.signal?.aborted) throw new AppError('cancelled', 'The measurement is cancelled.')
      embeddings.set(path, await one(path))
      options.onProgress?.(embeddings.size, wanted.length)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return { embeddings, problems, model }
}

/** Not the picture's fault: going on would count every later picture as one in which nothing is found. */
const FATAL: ReadonlySet<string> = new Set(['model-missing', 'backend-unavailable', 'cancelled', 'internal'])
