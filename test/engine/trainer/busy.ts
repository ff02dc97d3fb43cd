import { isMainThread } from 'node:worker_threads'

/** Loaded beside the trainer: as soon as it serves, a computation that lets no message in, and never ends. */
function wait(): void {
  if (process.listenerCount('message') === 0) setTimeout(wait, 50)
  else
    process.send!('busy', () => {
      for (;;);
    })
}
if (isMainThread) wait()
