import { shallowRef } from 'vue'
import { AppError } from '../../src-main/contract/errors.ts'
import type { Adopted, BundledSamples } from '../../src-main/contract/types.ts'
import { adopt, api } from '../api.ts'
import { useTask } from './useProblem.ts'
import { useUndo } from './useUndo.ts'

const samples = shallowRef<BundledSamples>()
const adopting = useTask()

async function chosen(folder: boolean, many: boolean): Promise<Adopted[]> {
  try {
    return await api.chooseFiles({ folder, many })
  } catch (error) {
    useUndo().failed(error)
    return []
  }
}

async function bundled(): Promise<BundledSamples | undefined> {
  try {
    const now = samples.value ?? (await api.bundledSamples())
    if (now.enrol.length === 0)
      throw new AppError('not-found', 'No samples lie beside this program. Choose pictures instead.')
    samples.value = now
    return now
  } catch (error) {
    useUndo().failed(error)
    return undefined
  }
}

/** Where pictures come from: dialogs, files in hand, and the samples that come with the app. */
export function usePictures() {
  return {
    adopting,
    choosePictures: (many = true) => chosen(false, many),
    chooseFolder: () => chosen(true, false),
    adoptFiles: (files: readonly File[]) => adopting.run(() => adopt(files)),
    bundled,
  }
}
