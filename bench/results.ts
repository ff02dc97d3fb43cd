import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { mean, standardDeviation } from '../src-main/app/evaluation/spread.ts'
import { plot } from './plot.ts'
import type { Result } from './result.ts'

export interface Figure {
  readonly name: string
  readonly unit: string
  readonly values: readonly number[]
  readonly backend?: string | null
  readonly seeds?: readonly number[]
  readonly reference?: Result['reference'] | undefined
}

const folder = join(import.meta.dirname, 'results')
const root = join(import.meta.dirname, '..')

/** Cores, memory and system in words; no name of the machine. */
export function machine(): string {
  const [first] = cpus()
  const system = platform() === 'linux' ? linuxName() : `${platform()} ${release()}`
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB memory, ${system}, Node ${process.versions.node}`
}

function linuxName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}

function commit(): string {
  const git = (args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
  const changed = git(['status', '--porcelain', '--', 'src-main', 'db', 'resources/models', 'bench/*.ts']) !== ''
  return `${git(['rev-parse', '--short', 'HEAD']) || 'unknown'}${changed ? ' with changes' : ''}`
}

const digits = (value: number) => Number(value.toPrecision(5))

/**
 * Writes bench/results/NAME.json, NAME.md and NAME.svg, each by rename, and prints the table.
 * @param finding whether what a text found held here, and how much it says; paragraphs under the table
 */
export function writeResults(
  name: string,
  figures: readonly Figure[],
  command = `npm run bench -- ${name}`,
  finding: string | readonly string[] = [],
): Result[] {
  const paragraphs = [finding].flat()
  const shared = { command, commit: commit(), machine: machine() }
  const results = figures.map(({ name: what, unit, values, backend = null, seeds = [], reference = null }) => ({
    name: what,
    ...shared,
    backend,
    seeds,
    values: values.map(digits),
    mean: digits(mean(values)),
    sd: digits(standardDeviation(values)),
    unit,
    reference,
  }))
  mkdirSync(folder, { recursive: true })
  const kept: Kept = paragraphs.length === 0 ? results : { finding: paragraphs, results }
  write(`${name}.json`, `${JSON.stringify(kept, null, 2)}\n`)
  const text = markdown(name, results, paragraphs)
  write(`${name}.md`, text)
  write(`${name}.svg`, plot(name, results))
  console.log(`\n${text}`)
  return results
}

/** What a results file holds: with a finding, it stands beside the figures. */
type Kept = readonly Result[] | { readonly finding: readonly string[]; readonly results: readonly Result[] }

/** Draws every committed result again from its figures. */
export function drawPlots(): void {
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const name = file.slice(0, -'.json'.length)
    const kept = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Kept
    const { finding, results } = 'results' in kept ? kept : { finding: [], results: kept }
    write(`${name}.md`, markdown(name, results, finding))
    write(`${name}.svg`, plot(name, results))
  }
}

function write(file: string, text: string): void {
  const fresh = join(folder, `.${file}.${process.pid}`)
  writeFileSync(fresh, text)
  renameSync(fresh, join(folder, file))
}

function markdown(name: string, results: readonly Result[], finding: readonly string[]): string {
  const first = results[0]!
  const rows = results.map(({ name: what, backend, mean: centre, sd, values, unit, reference }) => {
    const spread = values.length > 1 ? ` ± ${sd.toFixed(2)} (${values.length})` : ''
    return `| ${what} | ${backend ?? '–'} | ${centre}${spread} ${unit} | ${reference ? `${reference.what}: ${reference.value}` : ''} |`
  })
  return [
    `# ${name}`,
    '',
    `\`${first.command}\` at ${first.commit}, on ${first.machine}. Mean ± standard deviation (number of values).`,
    '',
    `![${name}](${name}.svg)`,
    '',
    '| figure | backend | value | beside |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...finding.flatMap((paragraph) => [paragraph, '']),
  ].join('\n')
}

/** The value below which `share` of the values lie: the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b)
  return ordered[Math.min(ordered.length - 1, Math.max(0, Math.ceil(share * ordered.length) - 1))]!
}
