import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number, total: number | undefined): void
  end(): void
}

/** A bar on stderr when that is a terminal; elsewhere nothing, so that a log is not filled with it. */
export function createProgress(label: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined }
  const bar = new SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    update(done, total) {
      if (total === undefined || total === 0) return
      if (started) bar.setTotal(total)
      else bar.start(total, done)
      started = true
      bar.update(done)
    },
    end() {
      if (started) bar.stop()
    },
  }
}
