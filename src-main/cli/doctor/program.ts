import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asAppError } from '../../contract/errors.ts'
import type { Status } from '../../contract/types.ts'
import { withCore, type Core } from '../core.ts'
import type { Run } from '../run.ts'
import { counted, distanceText } from '../text.ts'
import { fail, ok, warn, type Check } from './check.ts'

/** What opening the user's gallery tells: the gallery itself, its key, and the backend. Nothing in it is changed. */
export async function checkGallery(run: Run): Promise<Check[]> {
  try {
    return await withCore(run, async (core) => {
      const engine = await settledEngine(core)
      const status = await core.api.status()
      return [galleryOf(status, core.where), keyOf(status), ...noticesOf(status), engine]
    })
  } catch (caught) {
    return [fail('gallery', asAppError(caught).message, 'The message says what helps; nothing was changed.')]
  }
}

/** Asking for thresholds waits until the engine serves or has failed. */
async function settledEngine(core: Core): Promise<Check> {
  const check = 'backend'
  const problem = await core.api.calibration('face').then(
    () => undefined,
    (error: unknown) => asAppError(error).message,
  )
  const { engine } = await core.api.status()
  if (engine.state !== 'ready')
    return fail(check, problem ?? 'the engine does not start', 'semblance backends tries each backend.')
  const { label, device, selfTest, reason, refused } = engine.is.backend
  const detail = `${label} on ${device}, self-test ${selfTest.passed ? 'passed' : 'failed'} in ${Math.round(selfTest.ms)} ms`
  if (!selfTest.passed) return fail(check, `${detail}: ${selfTest.detail}`, 'semblance backends tries each backend.')
  const remedy = refused.map((trial) => trial.remedy).find((text) => text !== undefined)
  return remedy === undefined ? ok(check, `${detail}; ${reason}`) : { ...ok(check, `${detail}; ${reason}`), remedy }
}

function galleryOf({ gallery }: Status, where: Core['where']): Check {
  const held = `${counted(gallery.identities, 'identity', 'identities')}, ${counted(gallery.samples, 'sample')}`
  return ok('gallery', `${held}; opened and checked${where === 'running' ? ' by the app that is open' : ''}`)
}

function keyOf({ key }: Status): Check {
  if (key.where === 'os-key-store') return ok('key', key.detail)
  return warn('key', key.detail, 'Unlock the system’s key store before the first use to have the key kept there.')
}

function noticesOf({ notices }: Status): Check[] {
  return notices
    .filter(({ code }) => code !== 'key-file')
    .map(({ code, message }) => warn('notice', `${message} (${code})`, 'The message says what helps.'))
}

/** The main job on the bundled samples, in a gallery of its own that is thrown away. */
export async function checkSamples(run: Run): Promise<Check> {
  const check = 'samples'
  const remedy = 'The lines above name the cause; a report of all lines helps to find it otherwise.'
  const data = await mkdtemp(join(tmpdir(), 'semblance-doctor-'))
  const before = process.env['SEMBLANCE_KEY']
  process.env['SEMBLANCE_KEY'] = 'file'
  try {
    return await withCore({ ...run, data }, async (core) => {
      const { enrol, verify } = await core.api.bundledSamples()
      const [first] = enrol
      const [pair] = verify
      if (!first || !pair) return warn(check, 'no samples are there', 'Get the program’s files again.')
      const profile = 'object'
      await core.api.enrol({ picture: first.picture.token, profile, to: { name: first.name }, override: true })
      const { found } = await core.api.identify({ picture: first.picture.token, profile })
      const nearest = found[0]?.candidates[0]
      const { verdict, distance } = await core.api.verify({
        a: { picture: pair.left.token },
        b: { picture: pair.right.token },
        profile,
      })
      if (nearest?.name !== first.name) return fail(check, `an enrolled sample is not found again`, remedy)
      return ok(
        check,
        `enrolled and found again; a pair is verified as ${verdict} at distance ${distanceText(distance)}`,
      )
    })
  } catch (caught) {
    return fail(check, asAppError(caught).message, remedy)
  } finally {
    if (before === undefined) delete process.env['SEMBLANCE_KEY']
    else process.env['SEMBLANCE_KEY'] = before
    await rm(data, { recursive: true, force: true })
  }
}
