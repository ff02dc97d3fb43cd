/**
 * Works on several items at a time and hands their results out in the order of the items. Stops between two results when
 * `signal` is aborted: what is in flight then is left to itself, and its result is dropped.
 */
export async function inOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  lanes: number,
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
  take: (result: R) => void | Promise<void>,
): Promise<void> {
  const flight: Promise<R>[] = []
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    if (signal.aborted) resolve(ABORTED)
    signal.addEventListener('abort', () => resolve(ABORTED), { once: true })
  })

  async function land(): Promise<boolean> {
    const result = await Promise.race([aborted, flight.shift()!])
    if (result === ABORTED || signal.aborted) return false
    await take(result)
    return true
  }

  try {
    for await (const item of items) {
      if (signal.aborted) return
      flight.push(work(item))
      if (flight.length >= lanes && !(await land())) return
    }
    while (flight.length > 0) if (!(await land())) return
  } finally {
    for (const left of flight) left.catch(() => undefined)
  }
}

const ABORTED = Symbol('aborted')
