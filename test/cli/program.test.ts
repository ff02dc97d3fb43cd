import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { common, semblance } from './semblance.ts'

const VERBS = [
  ...['enroll', 'import', 'verify', 'identify', 'evaluate', 'backends', 'doctor', 'demo'],
  ...['', ' list', ' show', ' rename', ' merge', ' delete', ' undo'].map((verb) => `gallery${verb}`),
]

/** Some eighty pictures, on a machine that may do other things too. */
const SLOW = 300_000

describe('the program', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-cli-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(VERBS)('shows an example in the help of %s', async (verb) => {
    const { code, stdout } = await semblance(...verb.split(' '), '--help')
    expect(code).toBe(0)
    expect(stdout).toContain(`  $ semblance ${verb}`)
  })

  it.each([
    [[]],
    [['recognise']],
    [['verify', 'one.jpg']],
    [['verify', 'a.jpg', 'b.jpg', 'c.jpg']],
    [['verify', '--profile', 'voice', 'a.jpg', 'b.jpg']],
    [['verify', '--backend', 'abacus', 'a.jpg', 'b.jpg']],
    [['verify', '--colour', 'a.jpg', 'b.jpg']],
    [['import', 'folder']],
    [['import', 'folder', '--by', 'age']],
    [['gallery']],
    [['evaluate']],
  ])('ends with 2 for %j', async (args) => {
    const { code, stdout, stderr } = await semblance(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toBe('')
  })

  it('tells of each backend with its self-test and a reason', async () => {
    const { code, lines, stderr } = await semblance('backends', ...common(join(folder, 'data')))
    expect(code, stderr).toBe(0)
    const trial = z.strictObject({
      name: z.enum(['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm']),
      available: z.boolean(),
      reason: z.string().min(1),
      remedy: z.string().optional(),
      selfTest: z.strictObject({ passed: z.boolean(), ms: z.number(), detail: z.string() }).optional(),
    })
    const trials = z.array(trial).length(4).parse(lines())
    expect(trials.find(({ name }) => name === 'wasm')).toMatchObject({ available: true, selfTest: { passed: true } })
  })

  it('examines the installation', async () => {
    const { code, lines, stderr } = await semblance('doctor', ...common(join(folder, 'data')))
    const check = z.strictObject({
      check: z.string(),
      result: z.enum(['ok', 'warn', 'fail']),
      detail: z.string(),
      remedy: z.string().optional(),
    })
    const checks = z.array(check).parse(lines())
    expect(
      checks.filter(({ result }) => result === 'fail'),
      stderr,
    ).toEqual([])
    expect(code).toBe(0)
    const names = checks.map((one) => one.check)
    const wanted = [
      'node',
      'face model',
      'object model',
      'data folder',
      'disk',
      'window',
      'gallery',
      'key',
      'backend',
      'samples',
    ]
    for (const name of wanted) expect(names).toContain(name)
    for (const { result, remedy } of checks) if (result !== 'ok') expect(remedy).toBeTruthy()
  })

  it(
    'does the main job on the bundled samples: every enrolled thing is named, the stranger is not',
    async () => {
      const { code, lines, stderr } = await semblance('demo', '--json', '--backend', 'wasm')
      expect(code, stderr).toBe(0)
      const steps = z.array(z.looseObject({ step: z.enum(['enrol', 'verify', 'identify']) })).parse(lines())
      const found = z.array(z.looseObject({ verdict: z.string() }))
      const verdicts = steps
        .flatMap(({ step, found: list }) => (step === 'identify' ? found.parse(list) : []))
        .map(({ verdict }) => verdict)
      expect(verdicts).toContain('known')
      expect(verdicts).toContain('unknown')
      expect(steps.filter(({ step }) => step === 'verify').length).toBeGreaterThan(0)
    },
    SLOW,
  )

  it('says plainly that a backend cannot be had', async () => {
    const { code, lines, stderr } = await semblance(
      'verify',
      '--json',
      '--data',
      join(folder, 'data'),
      '--backend',
      'tfjs-node-gpu',
      'a.jpg',
      'b.jpg',
    )
    // Where a GPU is, the pictures that are not there are what is wrong.
    expect(code).toBe(1)
    const [answer] = z
      .array(z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }))
      .parse(lines())
    expect(['backend-unavailable', 'not-found']).toContain(answer!.error.code)
    expect(stderr).toContain(answer!.error.message)
  })
})
