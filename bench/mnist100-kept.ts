import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDurably } from '../db/durable-file.ts'

/** Labelled digits of each class. */
export const LABELLED = 10
export const PAPER = { what: 'Hoffer & Ailon, 2016', value: 0.78 }

/** A folder for what a run may go on from. It is named by everything that what it holds hangs on. */
export function kept(...all: readonly unknown[]): string {
  const key = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16)
  return join(tmpdir(), 'semblance-data', 'mnist100', key)
}

/** The command as it was given. */
export const asked = (bench: string) => ['npm run bench --', bench, ...process.argv.slice(3)].join(' ')

/** What `make` gives, from the file when it is there. */
export async function once<T>(folder: string, make: () => Promise<T>): Promise<T> {
  const path = join(folder, 'result.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T
  mkdirSync(folder, { recursive: true })
  const made = await make()
  writeDurably(path, Buffer.from(JSON.stringify(made)))
  return made
}
