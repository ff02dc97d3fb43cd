import type { Problem } from '../../contract/jobs.ts'

/** The least that batch norm and the entropy of a mean prediction have any meaning with. */
export const LEAST_BATCH = 8

/** What the backends say when memory ends. */
const WORDS =
  /out of memory|\bOOM\b|resource ?exhausted|failed to allocate|cannot enlarge memory|memory access out of bounds|array buffer allocation failed|invalid array length/i

export const isOutOfMemory = (error: unknown): boolean =>
  WORDS.test(error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** Half of it, but not below the least; undefined when it is there already. */
export function smallerBatch(batch: number): number | undefined {
  return batch <= LEAST_BATCH ? undefined : Math.max(LEAST_BATCH, Math.floor(batch / 2))
}

export const batchHalved = (batch: number): Problem => ({
  code: 'batch-halved',
  message: `The memory does not suffice for the batch, which is ${batch} pictures from now on. The run goes on from its last checkpoint, and may take longer.`,
})
