import { join } from 'node:path'
import type { LearningApi } from '../../contract/learning-api.ts'
import type { ModelDetail, OwnProfile } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { measureForecast } from './forecast.ts'
import { answerCard, reviewCards, undoAnswer } from './review.ts'
import { createRuns } from './runs.ts'
import { leaveOut, moveItems, nameGroup } from './triage-changes.ts'
import { startTriage } from './triage.ts'
import { openTriageStore } from './triage-store.ts'

type Requests = Pick<
  LearningApi,
  | 'startTriage'
  | 'triages'
  | 'triage'
  | 'triageItems'
  | 'moveItems'
  | 'leaveOut'
  | 'nameGroup'
  | 'forecast'
  | 'startRun'
  | 'losses'
  | 'runs'
  | 'runPoints'
  | 'runMap'
  | 'pauseRun'
  | 'resumeRun'
  | 'cancelRun'
  | 'deleteRun'
  | 'reviewCards'
  | 'answerCard'
  | 'undoAnswer'
>

export interface Learning {
  readonly requests: Requests
  /** A model's report with its pictures at hand: the tokens that it was made with ended with their core. */
  withPictures(detail: ModelDetail): ModelDetail
  /** After deleted people were removed for good: what speaks of them here goes too. */
  erase(): void
  /** After a profile of the user's own was removed for good: its runs and what was read for them go too. */
  leave(profile: OwnProfile): void
  close(): void
}

/** Triage, runs and review: what is asked about learning but for models. */
export function learningRequests(parts: Parts): Learning {
  const triages = openTriageStore(parts)
  const runs = createRuns(parts, triages)
  const requests: Requests = {
    startTriage: async (request) => startTriage(parts, triages, request),
    triages: async () => triages.list(),
    triage: async (id) => triages.show(id),
    async triageItems({ triage, kind, group, offset, limit }) {
      const open = triages.open(triage)
      const wanted = open.standings.flatMap((one, index) =>
        (kind === undefined || one.kind === kind) && (group === undefined || one.group === group) ? [index] : [],
      )
      const items = wanted.slice(offset, offset + limit).map((index) => triages.item(open, index))
      return { items, total: wanted.length }
    },
    moveItems: async (request) => moveItems(triages, request),
    leaveOut: async (request) => leaveOut(triages, request),
    nameGroup: (request) => nameGroup(parts, triages, request),
    forecast: (triage) => measureForecast(parts, triages, triage),
    startRun: (request) => runs.start(request),
    losses: () => parts.engine.losses(),
    runs: async () => runs.list(),
    runPoints: async (request) => runs.points(request),
    runMap: async (id) => runs.map(id),
    pauseRun: runs.pause,
    resumeRun: runs.resume,
    cancelRun: runs.cancel,
    deleteRun: runs.remove,
    reviewCards: async (request) => reviewCards(parts, runs, request),
    answerCard: (request) => answerCard(parts, runs, request),
    undoAnswer: async (run) => undoAnswer(parts, runs, run),
  }

  function exists(id: string): boolean {
    return parts.gallery.findIdentity(id) !== undefined || parts.gallery.ownerOf(id) !== undefined
  }

  return {
    requests,
    withPictures(detail) {
      const stored = detail.run === undefined ? undefined : runs.folderOf(detail.run)
      if (!detail.comparison || stored === undefined) return detail
      const changes = detail.comparison.changes.map((change) => ({
        ...change,
        token: parts.pictures.addPath(join(stored, change.path)),
      }))
      return { ...detail, comparison: { ...detail.comparison, changes } }
    },
    erase() {
      parts.features.empty()
      triages.forget(exists)
      runs.forget(exists)
    },
    leave(profile) {
      runs.removeOf(profile)
      parts.features.empty()
    },
    close: () => runs.close(),
  }
}
