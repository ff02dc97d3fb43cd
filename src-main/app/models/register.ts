import { existsSync } from 'node:fs'
import type { ModelFacts, Prototype } from '../../../db/gallery.ts'
import type { Calibration, Comparison, ModelDetail, Profile } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { detailOf } from './facts.ts'
import { describeFolder, folderOf, moveIn, readFolder, removeModel, type ModelFolder } from './model-folder.ts'

/** A finished run's model. */
export interface Challenger extends Pick<
  ModelFacts,
  'parent' | 'run' | 'recipe' | 'config' | 'chosen' | 'backend' | 'data'
> {
  readonly profile: Profile
  readonly kind: 'head' | 'fine-tuned' | 'network'
  /** The model's files and nothing else; the folder moves into models/. */
  readonly files: string
  /** The shipped model whose features it takes; NO_BASE for a network. */
  readonly base: string
  /** Of an own profile; where there is none of its id yet, it is made and the model is live in it. */
  readonly profileName?: string
  readonly dimensions: number
  /** `calibrateLearned` measures it. */
  readonly calibration: Omit<Calibration, 'profile' | 'model'>
  /** Its `challenger.model` is filled in here: the id is made of the files. */
  readonly comparison?: Comparison
  /** Identities whose samples it learned from, for erasure. */
  readonly trainedOn: readonly string[]
  /** In the model's own space; each with the samples of the identity that it was made from. */
  readonly prototypes?: readonly Prototype[]
  /** Without it "<profile>-<number>". */
  readonly title?: string
}

/**
 * Takes a finished run's model into the gallery as a challenger: its files are moved by one rename and checked by the engine,
 * then one transaction tells of it. Called again after an interruption it ends in the same state. It is not live, but for the
 * first network of an own profile, which is made with it.
 * @throws AppError model-missing when the engine cannot load it; disk-full
 */
export async function registerChallenger(parts: Parts, challenger: Challenger): Promise<ModelDetail> {
  const { profile, kind, files, base, dimensions, calibration, trainedOn, prototypes = [], profileName } = challenger
  const folder = await described(parts, challenger, () =>
    describeFolder(files, { profile, kind, base, dimensions, calibration }),
  )
  const { id } = folder
  const known = parts.gallery.learned().find((model) => model.id === id)
  if (known) return detailOf(parts, known)
  try {
    await parts.engine.model(id)
    const { parent, run, recipe, config, chosen, backend, data, comparison } = challenger
    const facts: ModelFacts = {
      title: challenger.title ?? nextTitle(parts, profile, profileName),
      ...defined({ parent, run, recipe, config, chosen, backend, data }),
      ...(comparison && { comparison: { ...comparison, challenger: { ...comparison.challenger, model: id } } }),
      calibration: { ...calibration, profile, model: id },
      bytes: folder.bytes,
      sha256: folder.sha256,
    }
    // Where a sample was deleted or moved while the run went on, its identity is ranked by the samples that it has.
    const alive = prototypes.filter(({ identityId, samples }) =>
      samples.every((sample) => parts.gallery.ownerOf(sample) === identityId),
    )
    const own = profileName === undefined ? {} : { profileName }
    const model = parts.gallery.registerModel({
      ...{ id, profile, kind, dimensions, facts, trainedOn, prototypes: alive },
      ...own,
    })
    parts.emit({ type: 'models-changed' })
    return detailOf(parts, model)
  } catch (error) {
    removeModel(parts.dataFolder, id)
    throw error
  }
}

async function described(
  parts: Parts,
  { files, run }: Challenger,
  describe: () => Promise<ModelFolder>,
): Promise<ModelFolder> {
  if (!existsSync(files) && run !== undefined) {
    // The folder had moved when the program ended: the run's model is found by its facts.
    const model = parts.gallery.learned().find((one) => one.facts.run === run)
    if (model) return readFolder(folderOf(parts.dataFolder, model.id))
  }
  const folder = await describe()
  moveIn(parts.dataFolder, files, folder)
  return folder
}

/** "object-3": counts the profile's learned models, discarded ones too. @param name of an own profile */
export function nextTitle(parts: Parts, profile: Profile, name: string = profile): string {
  const taken = new Set(parts.gallery.learned().map(({ facts }) => facts.title))
  let number = parts.gallery.learned().filter((model) => model.profile === profile).length + 1
  while (taken.has(`${name}-${number}`)) number++
  return `${name}-${number}`
}

/** Without the entries that are undefined: exact optional properties are absent or have a value. */
function defined<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
