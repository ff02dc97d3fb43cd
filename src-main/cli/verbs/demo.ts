import type { Command } from 'commander'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { BackendState } from '../../contract/types.ts'
import { withCore, type Core } from '../core.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { distanceText, printable } from '../text.ts'
import { faceText } from './identify.ts'
import { verdictLine } from './verify.ts'

/** `semblance demo`: the main job on the bundled samples, in a data folder that is thrown away. */
export function addDemo(program: Command): void {
  const command = verb(program, 'demo', 'Enrol, verify and identify the bundled samples in a temporary gallery.', [
    'semblance demo',
  ])
  act(command, async (run) => {
    const data = await mkdtemp(join(tmpdir(), 'semblance-demo-'))
    // The key of a gallery that is thrown away has no place in the user's key store.
    process.env.SEMBLANCE_KEY = 'file'
    try {
      return await withCore({ ...run, data }, (core) => mainJob(core, { ...run, profile: 'object' }))
    } finally {
      await rm(data, { recursive: true, force: true })
    }
  })
}

async function mainJob(core: Core, run: Run): Promise<number> {
  const { output } = run
  const { profile } = run
  const samples = await core.api.bundledSamples()
  if (samples.enrol.length === 0 || samples.probes.length === 0) {
    throw new AppError('not-found', 'The bundled samples are missing. Get the program’s files again.')
  }
  const say = (step: string, value: object, text: string) => output.answer({ step, ...value }, text)

  if (!output.json) output.answer(undefined, 'Enrol, one picture each')
  for (const { name, picture } of samples.enrol) {
    const { identity, sample } = await core.api.enrol({ picture: picture.token, profile, to: { name }, override: true })
    say(
      'enrol',
      { path: picture.name, id: identity.id, name, quality: { passes: sample.quality.passes } },
      `  ${printable(picture.name)} → ${printable(name)}`,
    )
  }

  if (!output.json) output.answer(undefined, '\nVerify')
  for (const { left, right } of samples.verify) {
    const answer = await core.api.verify({ a: { picture: left.token }, b: { picture: right.token }, profile })
    const { verdict, distance, thresholds } = answer
    say(
      'verify',
      { a: left.name, b: right.name, verdict, distance, thresholds },
      `  ${printable(left.name)} and ${printable(right.name)}: ${verdictLine(answer)}`,
    )
  }

  if (!output.json) output.answer(undefined, '\nIdentify')
  const names = new Map(samples.probes.map(({ token, name }) => [token, name]))
  const job = await core.api.startIdentify({ pictures: [...names.keys()], profile })
  await followJob(
    core,
    run,
    job,
    (request) => core.api.identifyRows(request),
    ({ token, path, answer, error }) => {
      const name = names.get(token) ?? path
      const [found] = answer?.found ?? []
      const text = error ? error.message : found ? faceText(found) : 'nothing found'
      say(
        'identify',
        {
          path: name,
          ...(error
            ? { error }
            : {
                verdict: found?.verdict ?? 'unknown',
                candidates:
                  found?.candidates.map(({ identityId, name: known, distance }) => ({
                    id: identityId,
                    name: known,
                    distance,
                  })) ?? [],
              }),
        },
        `  ${printable(name)}: ${text}`,
      )
    },
  )

  const { engine } = await core.api.status()
  const { thresholds } = await core.api.calibration(profile)
  if (engine.state === 'ready' && !output.json) {
    output.answer(
      undefined,
      `\nknown up to distance ${distanceText(thresholds.known)} · computed on ${backendText(engine.is.backend)}`,
    )
  }
  return EXIT.done
}

export function backendText({ label, device, reason }: BackendState): string {
  return `${label} (${device}): ${reason}`
}
