import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import { idxAbsent, IDX_FILES } from '../app/lab/idx.ts'
import { developmentSets } from '../core/places.ts'

/** Sets that go by a name: the folder they lie in among the sets, and how many of each class stay labelled unless told otherwise. */
const NAMED: Readonly<Record<string, { readonly folder: string; readonly labelled: number | null }>> = {
  mnist: { folder: 'mnist', labelled: null },
  mnist100: { folder: 'mnist', labelled: 10 },
}

/**
 * What `--data` means: a set by its name, else a folder. Nothing is fetched.
 * @param sets folder with the sets, as --sets says; else SEMBLANCE_SETS; in a checkout also ../shared/data
 * @throws AppError not-found that says which files are wanted, and where they were looked for
 */
export function namedData(data: string, sets: string | undefined): { folder: string; labelled: number | null } {
  const named = Object.hasOwn(NAMED, data) ? NAMED[data]! : undefined
  if (!named) return { folder: resolve(data), labelled: null }
  const asked = sets ?? process.env['SEMBLANCE_SETS']
  const tried = [...(asked ? [resolve(asked)] : []), ...developmentSets()].map((one) => join(one, named.folder))
  const found = tried.find((folder) => existsSync(folder) && idxAbsent(folder).length === 0)
  if (found !== undefined) return { folder: found, labelled: named.labelled }
  const where = tried.length > 0 ? `It was looked for in ${tried.join(' and ')}.` : 'No folder was named.'
  throw new AppError(
    'not-found',
    `The set "${data}" is not there. Put ${IDX_FILES.map((name) => `${name}.gz`).join(', ')} (or the same unpacked) into a folder ` +
      `"${named.folder}", and name the folder above it with --sets or SEMBLANCE_SETS. ${where}`,
  )
}
