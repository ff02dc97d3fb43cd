/** Control characters, and marks that reorder or break a line: a name that holds them could rewrite a terminal. */
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g

/** Text for a terminal: every unsafe character becomes \u{…}, so that it is seen and does nothing. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (mark) => `\\u{${mark.codePointAt(0)!.toString(16)}}`)
}

/** One JSON object as one line of ASCII-safe control: reading it back gives the same value. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => printable(String(cell))))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  return cells
    .map((row) =>
      row
        .map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function distanceText(distance: number): string {
  return distance.toFixed(3)
}

/** "1 picture", "3 pictures". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
