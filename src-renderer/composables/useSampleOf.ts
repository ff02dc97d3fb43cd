import type { IdentifiedFace, IdentifyAnswer } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import type { To } from './useEnrol.ts'
import { useTask } from './useProblem.ts'
import { useUndo } from './useUndo.ts'

/** Enrols what an identification found, under an existing identity or a new one. */
export function useSampleOf() {
  const { busy, problem, run } = useTask()
  async function add(answer: IdentifyAnswer, face: IdentifiedFace, to: To, override: boolean): Promise<boolean> {
    const enrolled = await run(() =>
      api.enrol({
        picture: answer.picture.token,
        profile: answer.profile,
        box: face.box,
        ...(face.drawn ? { drawn: true } : {}),
        ...(override ? { override: true } : {}),
        to: 'identityId' in to ? { identityId: to.identityId } : { name: to.name },
      }),
    )
    if (!enrolled) return false
    const { identity, sample } = enrolled
    const isNew = identity.samples <= 1
    useUndo().done(isNew ? `${identity.name} is enrolled` : `A sample is added to ${identity.name}`, async () => {
      if (isNew) await api.deleteIdentity(identity.id)
      else await api.deleteSample(sample.id)
      return { label: `enrolment of ${identity.name}` }
    })
    return true
  }
  return { busy, problem, add }
}
