import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../bench/result.ts'
import { METHODS } from '../../src-main/contract/lab.ts'
import { NETWORKS } from '../../src-main/contract/networks.ts'
import { LOSSES } from '../../src-main/engine/losses/table.ts'

const root = resolve(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'literature.md'), 'utf8')

/** Rows of the tables of systems: eight cells each. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  ) // prettier-ignore
  .filter((cells) => cells.length === 8 && cells[4] !== 'measured')

/** A file as the page writes it: without a folder it is one of the engine. */
const placeOf = (file: string, folder: string) =>
  existsSync(join(root, file)) ? join(root, file) : join(root, folder, file)
const filesIn = (cell: string) => cell.match(/[\w./-]+\.ts\b/g) ?? []

function resultsOf(bench: string): readonly Result[] {
  const kept = JSON.parse(readFileSync(join(root, 'bench', 'results', `${bench}.json`), 'utf8')) as
    readonly Result[] | { readonly results: readonly Result[] }
  return 'results' in kept ? kept.results : kept
}

/** Figures of a cell: "0.62 ± 0.06 %" or "97 %", and the benches that it names. */
function figuresIn(cell: string) {
  const benches = Array.from(cell.matchAll(/bench\/results\/([\w-]+)\.md/g), ([, bench]) => bench!)
  const words = cell.replaceAll(/\(?\[[^\]]*\]\([^)]*\)\)?/g, '')
  const numbers = Array.from(words.matchAll(/(-?\d+\.\d+)(?: ± ([\d.]+))?/g))
  return { benches, numbers: numbers.map(([, value, sd]) => ({ value: value!, sd })) }
}

const rounded = (value: number, like: string) => value.toFixed(like.split('.')[1]?.length ?? 0)

describe('the page of the literature', () => {
  it('has a row for most of what the five texts describe', () => {
    expect(rows.length).toBeGreaterThan(80)
  })

  it.each(rows.map((cells) => [cells[0]!, cells] as const))('names files that are there: %s', (_, cells) => {
    const code = filesIn(cells[2]!)
    expect(code.length).toBeGreaterThan(0)
    for (const file of code) expect(existsSync(placeOf(file, 'src-main/engine')), file).toBe(true)
    for (const file of filesIn(cells[3]!)) expect(existsSync(placeOf(file, 'test/engine')), file).toBe(true)
    expect(filesIn(cells[3]!).length).toBeGreaterThan(0)
  })

  it.each(rows.map((cells) => [cells[0]!, cells[6]!] as const))(
    'has a figure that a bench measured, or says why there is none: %s',
    (_, ours) => {
      const { benches, numbers } = figuresIn(ours)
      if (ours.startsWith('no figure: ')) return
      expect(benches.length).toBeGreaterThan(0)
      expect(numbers.length).toBeGreaterThan(0)
      const measured = benches.flatMap(resultsOf)
      for (const { value, sd } of numbers)
        expect(
          measured.some((one) => rounded(one.mean, value) === value && (!sd || rounded(one.sd, sd) === sd)),
          `${value} ± ${sd} in ${benches.join()}`,
        ).toBe(true)
    },
  )

  it.each(Object.keys(LOSSES))('has a row for the loss %s', (name) => {
    expect(rows.some(([system]) => system!.includes(`\`${name}\``))).toBe(true)
  })

  it.each(NETWORKS.map(({ name }) => name))('has a row for the network %s', (name) => {
    expect(rows.some(([system]) => system!.includes(`\`${name}\``))).toBe(true)
  })

  it.each(METHODS.map(({ name }) => name))('has a row for the method %s', (name) => {
    expect(rows.some(([system]) => system!.includes(`\`${name}\``))).toBe(true)
  })

  it('leaves nothing for later', () => {
    expect(page).not.toMatch(/\bplanned\b|\bto ?do\b|coming soon|\bnot yet\b|⟨|\{\{/i)
  })

  it('links to pages that are there', () => {
    for (const [, link] of page.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(root, 'docs', link!)), link).toBe(true)
  })
})
