import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** The folder of package.json, above this file wherever the build puts it. */
function programRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from
  return programRoot(dirname(from))
}

const ROOT = programRoot(import.meta.dirname)
const built = import.meta.dirname.startsWith(join(ROOT, 'out') + sep)

/** Built, the engine is beside the core; from the source it is in its own folder. */
export const engineScript = built ? join(ROOT, 'out', 'main', 'engine.js') : join(ROOT, 'src-main', 'engine', 'main.ts')
export const trainerScript = built
  ? join(ROOT, 'out', 'main', 'trainer.js')
  : join(ROOT, 'src-main', 'engine', 'trainer', 'main.ts')
export const resourcesFolder = join(ROOT, 'resources')

export function programVersion(): string {
  const facts = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version?: string }
  return facts.version ?? 'unknown'
}

/** Where the data sets of a development checkout lie; none beside an installed program. */
export function developmentSets(): string[] {
  const beside = join(dirname(ROOT), 'shared', 'data')
  return existsSync(join(ROOT, 'src-main')) && existsSync(beside) ? [beside] : []
}
