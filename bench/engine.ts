import type { EngineApi } from '../src-main/contract/engine-api.ts'
import type { BackendName } from '../src-main/contract/types.ts'
import { openEngine } from '../src-main/core/engine-process.ts'
import { logDefectsAlone } from '../src-main/core/log.ts'

/** Runs `use` with an engine on this backend and ends it. */
export async function onEngine<T>(
  backend: BackendName | undefined,
  use: (engine: EngineApi) => Promise<T>,
): Promise<T> {
  logDefectsAlone(process.env)
  const engine = openEngine({ backend })
  try {
    return await use(engine.api)
  } finally {
    await engine.close()
  }
}

/** Says how far a run has come, every hundred pictures. */
export function every100(label: string): (done: number, total: number) => void {
  return (done, total) => {
    if (done % 100 === 0 || done === total)
      process.stderr.write(`\r${label}: ${done} of ${total}${done === total ? '\n' : ''}`)
  }
}
