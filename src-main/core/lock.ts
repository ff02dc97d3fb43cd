import { join } from 'node:path'
import { holdLock } from '../../db/open.ts'
import { AppError } from '../contract/errors.ts'

const RETRY = 50

/**
 * Makes this process the only core of a data folder until `release`, or until it ends however it does.
 * @param patience milliseconds to wait for another core that is ending
 * @throws AppError gallery-in-use
 */
export async function lockFolder(folder: string, patience: number): Promise<() => void> {
  const until = performance.now() + patience
  for (;;) {
    const release = holdLock(join(folder, 'lock.db'))
    if (release) return release
    if (performance.now() >= until)
      throw new AppError(
        'gallery-in-use',
        'Another Semblance has this gallery open. Use that one, or close it and try again.',
      )
    await new Promise((done) => setTimeout(done, RETRY))
  }
}
