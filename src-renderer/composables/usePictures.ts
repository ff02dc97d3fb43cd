import { shallowRef } from 'vue'
import type { Adopted, BundledSamples } from '../../src-main/contract/types.ts'
import { adopt, api } from '../api.ts'
import { problemOf, useTask } from './useProblem.ts'
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
    samples.value ??= await api.bundledSamples()
  } catch (error) {
    useUndo().failed(problemOf(error))
  }
  return samples.value
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
