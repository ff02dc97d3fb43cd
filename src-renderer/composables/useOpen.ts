import { useRouter } from 'vue-router'
import type { Adopted } from '../../src-main/contract/types.ts'
import { useEnrol } from './useEnrol.ts'
import { useIdentify } from './useIdentify.ts'
import { useImport } from './useImport.ts'
import { useJobs } from './useJobs.ts'
import { useUndo } from './useUndo.ts'

/** Where pictures and folders go on their way in from a drop, a paste or a dialog. */
export function useOpen() {
  const router = useRouter()
  const enrol = useEnrol()
  const identify = useIdentify()

  /** Pictures queue up on Enrol; a folder opens the import. */
  function enrolPictures(adopted: readonly Adopted[], names: readonly string[] = []): void {
    const folder = adopted.find((each) => each.isFolder)
    const pictures = adopted.filter((each) => !each.isFolder)
    if (pictures.length > 0)
      enrol.add(pictures.map((picture, i) => ({ picture, ...(names[i] ? { name: names[i] } : {}) })))
    if (folder) {
      useImport().open(folder)
      void router.push('/enrol/folder')
    } else void router.push('/enrol')
  }

  /** One picture is looked at here; several, or a folder, become a list. */
  async function identifyPictures(adopted: readonly Adopted[]): Promise<void> {
    const [only] = adopted
    if (!only) return
    if (adopted.length === 1 && !only.isFolder) {
      await router.push('/identify')
      return identify.ask(only)
    }
    try {
      const job = await identify.askMany(adopted)
      useJobs().put(job)
      await router.push(`/identify/list/${job.id}`)
    } catch (error) {
      useUndo().failed(error)
    }
  }

  return { enrolPictures, identifyPictures }
}
