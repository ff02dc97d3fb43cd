import { computed, shallowRef } from 'vue'
import type { Adopted, Box, Identity, Sample } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { createInspection } from './useInspection.ts'
import { useTask } from './useProblem.ts'
import { useSettings } from './useSettings.ts'
import { useStatus } from './useStatus.ts'
import { useUndo } from './useUndo.ts'

export interface Waiting {
  readonly picture: Adopted
  /** A name that is known beforehand, as for the bundled samples. */
  readonly name?: string
}
export type To = { readonly name: string } | { readonly identityId: string; readonly name: string }

const queue = shallowRef<readonly Waiting[]>([])
const at = shallowRef(0)
const chosen = shallowRef(0)
const override = shallowRef(false)
const done = shallowRef<{ readonly identity: Identity; readonly sample: Sample; readonly isNew: boolean }>()
const { looked, busy: looking, look } = createInspection()
const enrolling = useTask()
const { profile } = useSettings()

const current = computed(() => queue.value[at.value])
const found = computed(() => looked.value?.inspection?.found ?? [])
const face = computed(() => found.value[chosen.value])

async function inspect(drawn?: Box): Promise<void> {
  chosen.value = 0
  override.value = false
  done.value = undefined
  enrolling.problem.value = undefined
  await look(current.value?.picture, profile.value, drawn)
}

function add(pictures: readonly Waiting[]): void {
  const fresh = current.value === undefined || (done.value !== undefined && at.value === queue.value.length - 1)
  queue.value = [...queue.value, ...pictures]
  if (fresh) go(queue.value.length - pictures.length)
}

function go(index: number): void {
  at.value = index
  void inspect()
}

/** Takes the picture out of the queue and goes on with the one after it. */
function leave(): void {
  queue.value = queue.value.filter((_, i) => i !== at.value)
  if (at.value >= queue.value.length) at.value = Math.max(0, queue.value.length - 1)
  void inspect()
}

function clear(): void {
  queue.value = []
  at.value = 0
  void inspect()
}

async function enrol(to: To): Promise<void> {
  const item = looked.value
  const one = face.value
  if (!item?.inspection || !one) return
  const answer = await enrolling.run(() =>
    api.enrol({
      picture: item.picture.token,
      profile: item.profile,
      box: one.box,
      ...(item.drawn ? { drawn: true } : {}),
      ...(override.value ? { override: true } : {}),
      to: 'identityId' in to ? { identityId: to.identityId } : { name: to.name },
    }),
  )
  if (!answer) return
  done.value = { ...answer, isNew: !('identityId' in to) }
  useUndo().done(`${answer.identity.name} is enrolled`, () => remove(answer), true)
}

/** Takes an enrolment back: the new identity goes, or the sample that was added. */
async function remove(what: { identity: Identity; sample: Sample }): Promise<{ label: string }> {
  if (what.identity.samples <= 1) await api.deleteIdentity(what.identity.id)
  else await api.deleteSample(what.sample.id)
  if (done.value?.sample.id === what.sample.id) void inspect()
  return { label: `enrolment of ${what.identity.name}` }
}

useStatus().onRevived(() => {
  if (looked.value?.problem) void inspect(looked.value.drawn)
})

export function useEnrol() {
  return {
    queue,
    at,
    current,
    looked,
    looking,
    found,
    chosen,
    face,
    override,
    done,
    enrolling,
    inspect,
    add,
    go,
    leave,
    clear,
    enrol,
  }
}
