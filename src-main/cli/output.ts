import { jsonLine, printable, table } from './text.ts'

/** stdout belongs to the answers: one JSON object a line with --json, else text for people. stderr takes everything else. */
export interface Output {
  readonly json: boolean
  /** An answer: `value` with --json, else `text`. */
  answer(value: unknown, text: string): void
  table(values: readonly unknown[], header: readonly string[], rows: readonly (readonly (string | number)[])[]): void
  /** For people alone: nothing with --json. */
  heading(text: string): void
  /** A remark on stderr. */
  note(text: string): void
}

export function createOutput(json: boolean): Output {
  const out = (text: string) => void process.stdout.write(`${text}\n`)
  return {
    json,
    answer(value, text) {
      out(json ? jsonLine(value) : printableLines(text))
    },
    table(values, header, rows) {
      if (json) for (const value of values) out(jsonLine(value))
      else if (rows.length > 0) out(table(header, rows))
    },
    heading(text) {
      if (!json) out(printableLines(text))
    },
    note(text) {
      process.stderr.write(`${printableLines(text)}\n`)
    },
  }
}

/** Line breaks of our own stay; names inside are escaped by whoever puts them there, or here. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** A reader that goes away (`| head`) ends the program quietly. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}
