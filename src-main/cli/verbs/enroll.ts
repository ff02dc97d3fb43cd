import { AppError, asAppError } from '../../contract/errors.ts'
import type { Command } from 'commander'
import type { Box, Duplicate, Inspection, Sample } from '../../contract/types.ts'
import { adopt, boxText, findIdentity, namedIdentities, naming, withCore, type Core } from '../core.ts'
import { act, EXIT, stopIfCancelled, verb, type Run } from '../run.ts'
import { counted, distanceText, printable } from '../text.ts'

interface EnrollOptions {
  readonly new?: boolean
  readonly to?: string
  readonly box?: string
  readonly main?: boolean
  readonly override?: boolean
}

/** `semblance enroll NAME IMAGE…` */
export function addEnroll(program: Command): void {
  const command = verb(program, 'enroll', 'Enrol one identity from one picture or more.', [
    'semblance enroll "Ada Lovelace" ada.jpg',
    'semblance enroll --profile object "blue mug" mug.png mug-side.png',
  ])
    .argument('<name>', 'name of the identity; a further sample when exactly one is named so already')
    .argument('<image...>', 'pictures of it')
    .option('--new', 'make a new identity although one of this name exists')
    .option('--to <id>', 'add the samples to the identity of this id')
    .option('--box <x,y,width,height>', 'look at this box of the upright picture, in pixels')
    .option('--main', 'take the largest, most central face where a picture shows several')
    .option('--override', 'enrol although a quality check fails; the sample says so')

  act<EnrollOptions>(command, async (run, [name, ...images], options) => {
    const box = options.box === undefined ? undefined : parseBox(options.box)
    return withCore(run, async (core) => {
      let to = await target(core, run, name!, options)
      let failed = 0
      for (const path of images) {
        stopIfCancelled(run)
        try {
          const done = await enrolOne(core, run, { path, to, box, options })
          to = { identityId: done.identity.id }
          run.output.answer(done.json, done.text)
        } catch (caught) {
          const error = asAppError(caught)
          if (error.code === 'core-stopped' || error.code === 'wrong-use') throw error
          failed += 1
          run.output.answer(
            { path, error: { code: error.code, message: error.message } },
            `not enrolled · ${error.message}`,
          )
        }
      }
      if (failed > 0) run.output.note(`${counted(failed, 'picture')} of ${images.length} not enrolled.`)
      return failed > 0 ? EXIT.failed : EXIT.done
    })
  })
}

type Target = { name: string } | { identityId: string }

async function target(core: Core, run: Run, name: string, options: EnrollOptions): Promise<Target> {
  if (options.to !== undefined) return { identityId: (await findIdentity(core, options.to)).id }
  if (options.new) return { name }
  const alike = await namedIdentities(core, name, run.profile)
  if (alike.length === 0) return { name }
  return { identityId: (await findIdentity(core, name, run.profile)).id }
}

async function enrolOne(
  core: Core,
  run: Run,
  { path, to, box, options }: { path: string; to: Target; box: Box | undefined; options: EnrollOptions },
) {
  const { token } = await adopt(core, path)
  try {
    const inspection = await core.api.inspect({ picture: token, profile: run.profile, ...(box ? { box } : {}) })
    const chosen = choose(inspection, path, options.main === true)
    const { identity, sample } = await core.api.enrol({
      picture: token,
      profile: run.profile,
      box: chosen.box,
      drawn: chosen.drawn,
      to,
      ...(options.override ? { override: true } : {}),
    })
    return {
      identity,
      json: enrolledJson(path, identity, sample, chosen.duplicate),
      text: enrolledText(path, identity.name, sample, chosen.duplicate),
    }
  } catch (error) {
    throw naming(error, path)
  }
}

/** The one to enrol. @throws AppError no-face, several-faces */
function choose(inspection: Inspection, path: string, main: boolean) {
  const [first, ...others] = inspection.found
  if (first === undefined) {
    throw new AppError('no-face', `${path} shows no face; give one with --box x,y,width,height.`)
  }
  if (others.length > 0 && !main) {
    const boxes = inspection.found.map(({ box }) => [box.x, box.y, box.width, box.height].map(Math.round).join(','))
    throw new AppError(
      'several-faces',
      `${path} shows ${inspection.found.length} faces; choose one with --box, or the largest with --main: ${boxes.join(' · ')}.`,
    )
  }
  return first
}

function parseBox(text: string): Box {
  const [x, y, width, height, ...rest] = text.split(',').map(Number)
  const numbers = [x, y, width, height].every((value) => value !== undefined && Number.isFinite(value))
  if (!numbers || rest.length > 0 || width! <= 0 || height! <= 0) {
    throw new AppError('wrong-use', `A box is x,y,width,height in pixels, here "${text}".`)
  }
  return { x: x!, y: y!, width: width!, height: height! }
}

function enrolledJson(path: string, identity: { id: string; name: string }, sample: Sample, duplicate: Duplicate) {
  const { passes, checks } = sample.quality
  return {
    path,
    id: identity.id,
    name: identity.name,
    sample: sample.id,
    box: sample.box,
    quality: {
      passes,
      checks: checks.map(({ aspect, value, limit, unit, passes: ok }) => ({ aspect, value, limit, unit, passes: ok })),
    },
    duplicate: duplicateJson(duplicate),
  }
}

function duplicateJson(duplicate: Duplicate) {
  if (duplicate.kind === 'safe') return { kind: duplicate.kind }
  if (duplicate.kind === 'same-picture') return { kind: duplicate.kind, id: duplicate.identityId, name: duplicate.name }
  const { identityId, name, distance } = duplicate.match
  return { kind: duplicate.kind, id: identityId, name, distance }
}

function enrolledText(path: string, name: string, sample: Sample, duplicate: Duplicate): string {
  const lines = [`enrolled · ${printable(name)} · ${printable(path)} (${boxText(sample.box)})`]
  for (const check of sample.quality.checks) if (!check.passes) lines.push(`  ${check.aspect}: ${check.words}`)
  if (duplicate.kind === 'same-picture')
    lines.push(`  This very picture is enrolled as ${printable(duplicate.name)} too.`)
  if (duplicate.kind === 'already-enrolled' || duplicate.kind === 'looks-like') {
    const { name: other, distance } = duplicate.match
    const relation = duplicate.kind === 'looks-like' ? 'looks like' : 'is enrolled already as'
    lines.push(`  It ${relation} ${printable(other)} (distance ${distanceText(distance)}).`)
  }
  return lines.join('\n')
}
