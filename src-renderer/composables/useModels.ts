import { shallowRef } from 'vue'
import type { LearnedModel, ModelDetail, Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { useTask } from './useProblem.ts'
import { useStatus } from './useStatus.ts'

const models = shallowRef<readonly LearnedModel[]>([])
const loaded = shallowRef(false)
const detail = shallowRef<ModelDetail>()
const listing = useTask()
const reading = useTask()
const changing = useTask()
const saving = useTask()
let open: string | undefined

async function refresh(): Promise<void> {
  const all = await listing.run(() => api.models())
  if (!all) return
  models.value = all
  loaded.value = true
}

async function show(id: string): Promise<void> {
  if (open !== id) detail.value = undefined
  open = id
  const now = await reading.run(() => api.model(id))
  if (now && open === id) detail.value = now
}

async function change(work: () => Promise<ModelDetail>): Promise<ModelDetail | undefined> {
  const now = await changing.run(work)
  if (now && open === now.id) detail.value = now
  await refresh()
  return now
}
const promote = (model: string, anyway: boolean) => change(() => api.promote({ model, ...(anyway ? { anyway } : {}) }))
const keep = (model: string) => change(() => api.keepModel(model))
const discard = (model: string) => change(() => api.discardModel(model))
const importModel = (file: string) => change(() => api.importModel(file))

/** Answers with the model that is live now; the one that was shown is read again. */
async function rollback(profile: Profile): Promise<ModelDetail | undefined> {
  const now = await change(() => api.rollback(profile))
  if (now && open && open !== now.id) await show(open)
  return now
}

const save = (model: string) => saving.run(() => api.saveModel(model))

/** The model that answers now; absent until the list is read. */
const live = (profile: Profile) => models.value.find((each) => each.profile === profile && each.state === 'live')

listen((event) => {
  if (event.type !== 'models-changed') return
  void refresh()
  if (open) void show(open)
})
useStatus().onRevived(() => void refresh())

export function useModels() {
  return {
    models,
    loaded,
    detail,
    listing,
    reading,
    changing,
    saving,
    refresh,
    show,
    promote,
    keep,
    discard,
    rollback,
    importModel,
    save,
    live,
  }
}
