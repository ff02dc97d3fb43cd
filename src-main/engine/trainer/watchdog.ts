import { Worker } from 'node:worker_threads'

/** Milliseconds between two looks. */
const EVERY = 500

/**
 * Ends this process soon after the one that started it is gone. The closed channel tells of it only between two computations,
 * and one of TensorFlow may take minutes; a thread of its own looks meanwhile. On Windows a process keeps the number of
 * its parent for ever, so that it is also asked whether the parent lives.
 */
export function endWith(parent: number): void {
  // Text, because the built program is one file a process.
  const look = `
    const { workerData: { parent, every } } = require('node:worker_threads')
    setInterval(() => {
      try {
        if (process.ppid === parent) return void process.kill(parent, 0)
      } catch (error) {
        // It lives, and belongs to somebody else.
        if (error.code === 'EPERM') return
      }
      process.kill(process.pid, 'SIGKILL')
    }, every)`
  const thread = new Worker(look, { eval: true, execArgv: [], workerData: { parent, every: EVERY } })
  thread.unref()
}
