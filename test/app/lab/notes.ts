import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the fake trainer notes of each run that it is asked for. */
export interface Noted {
  readonly network: string
  readonly seed: number
  readonly backend: string
  readonly pid: number
  readonly rows: number
  /** First value of each row of the pixels. */
  readonly first: readonly number[]
  readonly labels: readonly number[]
  readonly labelled: readonly number[]
  readonly unlabelled: readonly number[]
  readonly asked: readonly number[]
}
const notesOf = (dataFolder: string) => join(dataFolder, 'asked-of-the-trainer.jsonl')
export const note = (dataFolder: string, noted: Noted) =>
  appendFileSync(notesOf(dataFolder), `${JSON.stringify(noted)}\n`)
export const noted = (dataFolder: string): Noted[] =>
  existsSync(notesOf(dataFolder))
    ? readFileSync(notesOf(dataFolder), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Noted)
    : []
