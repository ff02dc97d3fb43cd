import { AppError } from '../../contract/errors.ts'
import { loadLearned, type Learned } from './load.ts'
import { loadNetwork, type LearnedNetwork } from './load-network.ts'

/** So many stay in memory: the live ones of each profile and one that is being promoted. */
const KEPT = 4

/** Learned models of the shipped profiles by their id. */
export const openLearned = (
  folder: string | undefined,
  leave?: (model: Learned) => void,
): ((id: string) => Promise<Learned>) => readWhenAsked(folder, loadLearned, leave)

/** Networks from scratch by the id of their model. */
export const openNetworks = (folder: string | undefined): ((id: string) => Promise<LearnedNetwork>) =>
  readWhenAsked(folder, loadNetwork, ({ network }) => network.close())

/** Read when they are first asked for; the one used least recently goes first. */
function readWhenAsked<T>(
  folder: string | undefined,
  load: (folder: string, id: string) => Promise<T>,
  leave: (model: T) => void = () => {},
): (id: string) => Promise<T> {
  const loaded = new Map<string, Promise<T>>()
  return (id) => {
    if (folder === undefined) throw new AppError('model-missing', 'This engine was started without a folder of models.')
    const known = loaded.get(id) ?? load(folder, id)
    loaded.delete(id)
    loaded.set(id, known)
    // One that cannot be read is tried again at the next request.
    known.catch(() => loaded.delete(id))
    for (const [oldest, model] of loaded) {
      if (loaded.size <= KEPT) break
      loaded.delete(oldest)
      model.then(leave, () => undefined)
    }
    return known
  }
}
