import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = join(tmpdir(), 'semblance-features', 'outcomes')
const SOURCES = ['../src-main/engine/heads', '../src-main/engine/losses', '../src-main/engine/picture']

/** As they are when this process loads them: a file that is edited meanwhile is not what computes. */
const CODE = [
  ...SOURCES.flatMap((source) =>
    readdirSync(join(import.meta.dirname, source))
      .sort()
      .flatMap((name) => [name, readFileSync(join(import.meta.dirname, source, name))]),
  ),
  readFileSync(join(import.meta.dirname, 'semi.ts')),
]

/** Of every source file that an outcome hangs on, and of what else is told: a changed line computes everything again. */
export function outcomeKey(...facts: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(facts))
  for (const part of CODE) hash.update(part)
  return hash.digest('hex')
}

/** An outcome that was computed before by the very same sources, or is computed now: a bench that was ended goes on. */
export async function keptOutcome<Outcome>(key: string, compute: () => Promise<Outcome>): Promise<Outcome> {
  const file = join(folder, key)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Outcome
  const outcome = await compute()
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(outcome))
  renameSync(`${file}.${process.pid}`, file)
  return outcome
}
