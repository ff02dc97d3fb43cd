import type { Command } from 'commander'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { BackendState, BundledSamples } from '../../contract/types.ts'
import { withCore, type Core } from '../core.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { distanceText, printable } from '../text.ts'
import { faceText, rowJson } from './identify.ts'

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
  const { output, profile } = run
  const samples = await core.api.bundledSamples()
  if (samples.enrol.length === 0 || samples.probes.length === 0) {
    throw new AppError('not-found', 'The bundled samples are missing. Get the program’s files again.')
  }
  await enrolAll(core, run, samples)
  await verifyAll(core, run, samples)
  await identifyAll(core, run, samples)
  const { engine } = await core.api.status()
  if (engine.state === 'ready') output.heading(`\ncomputed on ${backendText(engine.is.backend)}`)
  const { source } = await core.api.calibration(profile)
  output.heading(`thresholds measured on ${source.pictures} ${source.data}`)
  return EXIT.done
}

async function enrolAll(core: Core, { output, profile }: Run, { enrol }: BundledSamples): Promise<void> {
  output.heading('Enrol · one picture each')
  for (const { name, picture } of enrol) {
    const { identity, sample } = await core.api.enrol({ picture: picture.token, profile, to: { name }, override: true })
    const quality = { passes: sample.quality.passes }
    const json = { step: 'enrol', path: picture.name, id: identity.id, name, quality }
    output.answer(json, `  ${printable(picture.name)}: enrolled as ${printable(name)}`)
  }
}

async function verifyAll(core: Core, { output, profile }: Run, { verify }: BundledSamples): Promise<void> {
  const { thresholds } = await core.api.calibration(profile)
  const [same, different] = [distanceText(thresholds.same), distanceText(thresholds.different)]
  output.heading(`\nVerify · same up to ${same}, different from ${different}, uncertain between`)
  for (const { left, right } of verify) {
    const answer = await core.api.verify({ a: { picture: left.token }, b: { picture: right.token }, profile })
    const { verdict, distance } = answer
    const pair = `${printable(left.name)} and ${printable(right.name)}`
    const json = {
      step: 'verify',
      a: left.name,
      b: right.name,
      verdict,
      distance,
      thresholds: { same: thresholds.same, different: thresholds.different },
    }
    output.answer(json, `  ${pair}: ${verdict} · distance ${distanceText(distance)}`)
  }
}

async function identifyAll(core: Core, run: Run, { probes }: BundledSamples): Promise<void> {
  const { thresholds } = await core.api.calibration(run.profile)
  run.output.heading(`\nIdentify · known up to ${distanceText(thresholds.known)}`)
  const names = new Map(probes.map(({ token, name }) => [token, name]))
  const job = await core.api.startIdentify({ pictures: [...names.keys()], profile: run.profile })
  await followJob(
    core,
    run,
    job,
    (request) => core.api.identifyRows(request),
    (row) => {
      const name = names.get(row.token) ?? row.path
      const [found] = row.answer?.found ?? []
      const text = row.error?.message ?? (found ? faceText(found) : 'nothing found')
      run.output.answer({ step: 'identify', ...rowJson(name, row) }, `  ${printable(name)}: ${text}`)
    },
  )
}

function backendText({ label, device, reason }: BackendState): string {
  return `${label} (${device}): ${reason}`
}
