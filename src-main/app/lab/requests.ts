import type { LabApi } from '../../contract/lab.ts'
import type { Parts } from '../parts.ts'
import { createComparisons } from './comparisons.ts'
import { exported } from './export.ts'

export interface Lab {
  readonly requests: LabApi
  close(): void
}

/** What is asked about comparisons. They know folders of pictures, no identities: an erasure leaves nothing of them to take away. */
export function labRequests(parts: Parts): Lab {
  const comparisons = createComparisons(parts)
  return {
    requests: {
      labData: comparisons.data,
      startComparison: comparisons.start,
      comparisons: async () => comparisons.list(),
      comparison: async (id) => comparisons.show(id),
      pauseComparison: comparisons.pause,
      resumeComparison: comparisons.resume,
      cancelComparison: comparisons.cancel,
      deleteComparison: comparisons.remove,
      exportComparison: async ({ id, as }) => exported(comparisons.show(id), comparisons.find(id).stored, as),
    },
    close: () => comparisons.close(),
  }
}
