import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { box, common, failure, groupPhoto, id, portraits, semblance } from './semblance.ts'

const verifyAnswer = z.strictObject({
  verdict: z.enum(['same', 'uncertain', 'different']),
  distance: z.number(),
  thresholds: z.strictObject({ same: z.number(), different: z.number() }),
  profile: z.literal('face'),
  model: z.string(),
  a: z.strictObject({ path: z.string(), box }),
  b: z.strictObject({ path: z.string(), box }),
})
const found = z.strictObject({
  box,
  verdict: z.enum(['known', 'unknown']),
  candidates: z.array(z.strictObject({ id, name: z.string(), distance: z.number() })),
})
const identified = z.union([
  z.strictObject({ path: z.string(), found: z.array(found) }),
  z.strictObject({ path: z.string(), error: failure }),
])
const enrolled = z.union([
  z.strictObject({
    path: z.string(),
    id,
    name: z.string(),
    sample: id,
    box,
    quality: z.strictObject({
      passes: z.boolean(),
      checks: z.array(
        z.strictObject({
          aspect: z.string(),
          value: z.number(),
          limit: z.number(),
          unit: z.string(),
          passes: z.boolean(),
        }),
      ),
    }),
    duplicate: z.looseObject({ kind: z.enum(['safe', 'same-picture', 'already-enrolled', 'looks-like']) }),
  }),
  z.strictObject({ path: z.string(), error: failure }),
])

describe('enrolling, verifying and identifying on the command line', () => {
  let folder: string
  let data: string
  let people: Awaited<ReturnType<typeof portraits>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
    data = join(folder, 'data')
    people = await portraits(join(folder, 'people'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('enrols a person from one picture, names another picture of her, and says unknown of a stranger', async () => {
    const ada = await semblance('enroll', ...common(data), 'Ada', people['ada-1'])
    expect(ada.code, ada.stderr).toBe(0)
    const [sample] = z.array(enrolled).parse(ada.lines())
    expect(sample).toMatchObject({ name: 'Ada', duplicate: { kind: 'safe' } })

    const asked = await semblance('identify', ...common(data), people['ada-2'], people['cat-1'])
    expect(asked.code, asked.stderr).toBe(0)
    const [known, stranger] = z.array(identified).parse(asked.lines())
    expect(known).toMatchObject({ path: people['ada-2'], found: [{ verdict: 'known', candidates: [{ name: 'Ada' }] }] })
    expect(stranger).toMatchObject({ path: people['cat-1'], found: [{ verdict: 'unknown' }] })
  })

  it('adds a further sample to the one identity of that name, and says what it resembles', async () => {
    const again = await semblance('enroll', ...common(data), 'Ada', people['ada-1'], people['ada-2'])
    expect(again.code, again.stderr).toBe(0)
    const answers = z.array(enrolled).parse(again.lines())
    expect(new Set(answers.map((answer) => 'id' in answer && answer.id)).size).toBe(1)
    expect(answers[0]).toMatchObject({ duplicate: { kind: 'same-picture', name: 'Ada' } })
    expect(answers[1]).toMatchObject({ duplicate: { kind: 'already-enrolled', name: 'Ada' } })
  })

  it('verifies with the verdict as exit code when asked to', async () => {
    const same = await semblance('verify', ...common(data), '--exit-code', people['ada-1'], people['ada-2'])
    expect(z.array(verifyAnswer).parse(same.lines())).toMatchObject([{ verdict: 'same', a: { path: people['ada-1'] } }])
    expect(same.code).toBe(0)
    const other = await semblance('verify', ...common(data), '--exit-code', people['ada-1'], people['cat-1'])
    expect(z.array(verifyAnswer).parse(other.lines())).toMatchObject([{ verdict: 'different' }])
    expect(other.code).toBe(1)
    const plain = await semblance('verify', ...common(data), people['ada-1'], people['cat-1'])
    expect(plain.code).toBe(0)
  })

  it('speaks to people without --json', async () => {
    const [, ...options] = common(data)
    const { stdout, code } = await semblance('verify', ...options, people['ada-1'], groupPhoto)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^(same|uncertain|different) · distance \d\.\d{3} \(same up to \d\.\d{3}, different from/)
    expect(stdout).toMatch(/sample1\.jpg: face 1 of 3/)
  })

  it('asks for a choice when a picture shows several faces, and takes a box or the main face', async () => {
    const asked = await semblance('enroll', ...common(data), 'Bea', groupPhoto)
    expect(asked.code).toBe(1)
    const [answer] = z.array(enrolled).parse(asked.lines())
    expect(answer).toMatchObject({ path: groupPhoto, error: { code: 'several-faces' } })
    const message = answer && 'error' in answer ? answer.error.message : ''
    const boxes = message.match(/\d+,\d+,\d+,\d+/g) ?? []
    expect(boxes).toHaveLength(3)

    const chosen = await semblance('enroll', ...common(data), '--override', '--box', boxes[0]!, 'Bea', groupPhoto)
    expect(chosen.code, chosen.stderr).toBe(0)
    const main = await semblance('enroll', ...common(data), '--override', '--main', '--new', 'Bea', groupPhoto)
    expect(main.code, main.stderr).toBe(0)
  })

  it('imports a folder by file name, going on past what is no picture', async () => {
    await writeFile(join(folder, 'people', 'letter.jpg'), 'Dear Sir or Madam')
    const own = join(folder, 'imported')
    const plan = await semblance('import', ...common(own), join(folder, 'people'), '--by', 'name', '--dry-run')
    expect(plan.code, plan.stderr).toBe(0)
    expect(plan.lines()).toContainEqual({ name: 'ada', pictures: 2, existing: null })

    const every = ['--by', 'name', '--low-quality', 'enrol'] as const
    const done = await semblance('import', ...common(own), join(folder, 'people'), ...every)
    expect(done.code, done.stderr).toBe(0)
    const row = z.strictObject({
      path: z.string(),
      outcome: z.enum(['enrolled', 'skipped']),
      id: id.optional(),
      name: z.string().optional(),
      reason: failure.optional(),
    })
    const rows = done.lines()
    const summary = z.strictObject({
      summary: z.strictObject({ enrolled: z.number(), skipped: z.number(), identities: z.number() }),
    })
    expect(summary.parse(rows.at(-1))).toEqual({ summary: { enrolled: 5, skipped: 1, identities: 3 } })
    const pictures = z.array(row).parse(rows.slice(0, -1))
    expect(pictures).toContainEqual(expect.objectContaining({ path: 'letter.jpg', outcome: 'skipped' }))
    await rm(join(folder, 'people', 'letter.jpg'))
  })

  it('cancels on Ctrl+C with exit code 1 and whole lines', async () => {
    const { start } = await import('./semblance.ts')
    const many = Array.from({ length: 40 }, () => people['ada-1'])
    const { child, ended } = start(['identify', ...common(data), ...many])
    child.stdout!.once('data', () => child.kill('SIGINT'))
    const { code, lines, stderr } = await ended
    expect(code).toBe(1)
    expect(stderr).toContain('Cancelled')
    expect(lines().length).toBeLessThanOrEqual(41)
  })
})
