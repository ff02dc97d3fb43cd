import { AppError } from '../../contract/errors.ts'
import { loadLearned, type Learned } from './load.ts'

/** So many stay in memory: the live ones of each profile and one that is being promoted. */
const KEPT = 4

/** Learned models by their id, read when they are first asked for; the one used least recently goes first. */
export function openLearned(folder: string | undefined): (id: string) => Promise<Learned> {
  const loaded = new Map<string, Promise<Learned>>()
  return (id) => {
    if (folder === undefined) throw new AppError('model-missing', 'This engine was started without a folder of models.')
    const known = loaded.get(id) ?? loadLearned(folder, id)
    loaded.delete(id)
    loaded.set(id, known)
    // One that cannot be read is tried again at the next request.
    known.catch(() => loaded.delete(id))
    for (const oldest of loaded.keys()) {
      if (loaded.size <= KEPT) break
      loaded.delete(oldest)
    }
    return known
  }
}
