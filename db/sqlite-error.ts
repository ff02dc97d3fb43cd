import { AppError } from '../src-main/contract/errors.ts'

/** What SQLite reports, as something its user can act on; anything else passes unchanged. The only such table. */
export function fromSqlite(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC')
    return new AppError(
      'disk-full',
      'The disk is full. Nothing was changed. Free some space, or delete from the gallery.',
      {
        cause: error,
      },
    )
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'EROFS' || code === 'EACCES')
    return new AppError('read-only', 'The data folder cannot be written. Allow writing to it, then try again.', {
      cause: error,
    })
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new AppError(
      'gallery-damaged',
      'The gallery file is damaged. It is left as it is: restore a copy of it, or move it away to start a new gallery.',
      { cause: error },
    )
  if (code.startsWith('SQLITE_IOERR'))
    return new AppError(
      'gallery-damaged',
      'The disk reports an input or output error. Nothing was confirmed. Check the disk, then start again.',
      { cause: error },
    )
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('gallery-in-use', 'Another program holds the gallery file. Close it, then try again.', {
      cause: error,
    })
  return error
}

/** `calls` with every function's SQLite errors turned into AppErrors. */
export function guarded<T extends object>(calls: T): T {
  const guard =
    (call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      try {
        return call(...args)
      } catch (error) {
        throw fromSqlite(error)
      }
    }
  return Object.fromEntries(
    Object.entries(calls).map(([name, value]) => [
      name,
      typeof value === 'function' ? guard(value as (...args: unknown[]) => unknown) : value,
    ]),
  ) as T
}
