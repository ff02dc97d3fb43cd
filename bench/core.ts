import { randomBytes } from 'node:crypto'
import type { Api } from '../src-main/contract/api.ts'
import type { BackendName } from '../src-main/contract/types.ts'
import { connectCore } from '../src-main/core/connect-core.ts'
import { logDefectsAlone } from '../src-main/core/log.ts'

export interface BenchCore {
  readonly api: Api
  /** @returns the token of a file or folder */
  adopt(path: string): Promise<string>
  /** Bytes of a sample's thumbnail; 0 when it cannot be read. */
  thumbnail(sample: string): Promise<number>
  close(): Promise<void>
}

/** A core in this process on a data folder of the bench, its key in a file. */
export async function openBenchCore(data: string, backend: BackendName | undefined): Promise<BenchCore> {
  process.env['SEMBLANCE_KEY'] = 'file'
  logDefectsAlone(process.env)
  const core = await connectCore({ data, backend })
  return {
    api: core.api,
    async adopt(path) {
      const token = randomBytes(16).toString('hex')
      await core.host.adopt([{ token, path }])
      return token
    },
    thumbnail: (sample) =>
      core.host.image({ kind: 'thumb', id: sample }).then(
        ({ bytes }) => bytes.length,
        () => 0,
      ),
    close: core.close,
  }
}
