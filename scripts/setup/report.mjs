// Numbered steps on a terminal or in a log: a turning mark and seconds on a TTY, plain lines elsewhere.
import process from 'node:process'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const PLAIN_EVERY_MS = 15_000

/**
 * @typedef {object} Progress what a running step tells
 * @property {(text: string) => void} stage what it does now
 * @property {(text: string) => void} note a line that stays
 */

/**
 * @param {NodeJS.WriteStream} [out]
 */
export function createReport(out = process.stdout) {
  const live = Boolean(out.isTTY) && process.env.CI === undefined && process.env.TERM !== 'dumb'
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  let frame = 0

  const erase = () => {
    if (live) out.write('\r\u001b[2K')
  }
  /** @param {string} text */
  const line = (text) => {
    erase()
    out.write(`${text}\n`)
  }

  return {
    line,
    /**
     * @param {string} label such as "2/5 Node 24"
     * @returns {Progress & { end: (outcome: string) => void }}
     */
    begin(label) {
      const started = Date.now()
      let stage = ''
      const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
      const text = () => (stage ? `${label}: ${stage}` : label)
      if (live) {
        timer = setInterval(() => {
          const width = (out.columns || 80) - 1
          const now = `${FRAMES[frame++ % FRAMES.length]} ${text()} ${seconds()}`
          out.write(`\r\u001b[2K${now.slice(0, width)}`)
        }, 100)
      } else {
        line(`${label} …`)
        timer = setInterval(() => line(`${text()}, ${seconds()} so far`), PLAIN_EVERY_MS)
      }
      return {
        stage(next) {
          stage = next
          if (!live) line(`${label}: ${next}`)
        },
        note: (note) => line(`  ${note}`),
        end(outcome) {
          clearInterval(timer)
          line(`${label}: ${outcome} (${seconds()})`)
        },
      }
    },
    close() {
      clearInterval(timer)
      erase()
    },
  }
}
