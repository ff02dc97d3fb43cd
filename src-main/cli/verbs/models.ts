import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import type { Comparison, LearnedModel, ModelDetail, Rate } from '../../contract/types.ts'
import { adopt, withCore, type Core } from '../core.ts'
import { createProgress } from '../progress.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, printable } from '../text.ts'

/** `semblance models list|show|compare|promote|rollback|export|import` */
export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('Look at what was learned, and choose which model answers.')
    .addHelpText('after', '\nExample:\n  $ semblance models list\n')
  addList(models)
  addShow(models)
  addCompare(models)
  addSwitches(models)
  addFiles(models)
}

const day = (ms: number) => new Date(ms).toISOString()
const within = (run: Run) => (run.profileGiven ? run.profile : undefined)

/** Of an id or a title. @throws AppError not-found; wrong-use when several bear the title */
async function findModel(core: Core, run: Run, which: string): Promise<LearnedModel> {
  const models = await core.api.models()
  const exact = models.find(({ id }) => id === which)
  if (exact) return exact
  const titled = models.filter(({ title, profile }) => title === which && profile === (within(run) ?? profile))
  const [first, ...others] = titled
  if (first === undefined) throw new AppError('not-found', `No model is called ${printable(which)}.`)
  if (others.length === 0) return first
  throw new AppError('wrong-use', `Several models are called ${printable(which)}; give an id.`)
}

function modelJson({ createdAt, liveSince, ...model }: LearnedModel) {
  return {
    ...model,
    ...(model.kind !== 'shipped' && { createdAt: day(createdAt) }),
    ...(liveSince !== undefined && { liveSince: day(liveSince) }),
  }
}

function addList(models: Command): void {
  const command = verb(models, 'list', 'List models; one of each profile is live.', ['semblance models list'])
  act(command, async (run) => {
    const list = await withCore(run, (core) => core.api.models())
    const wanted = list.filter(({ profile }) => profile === (within(run) ?? profile))
    run.output.table(
      wanted.map(modelJson),
      ['title', 'profile', 'kind', 'state', 'verdict', 'id'],
      wanted.map(({ title, profile, kind, state, verdict, id }) => [title, profile, kind, state, verdict ?? '', id]),
    )
    return EXIT.done
  })
}

function detailJson({ createdAt, liveSince, comparison, ...rest }: ModelDetail) {
  const facts = modelJson({ createdAt, ...(liveSince !== undefined && { liveSince }), ...rest })
  return { ...facts, ...(comparison && { comparison: comparisonJson(comparison) }) }
}

/** Tokens mean nothing outside the core that gave them. */
function comparisonJson({ changes, ...comparison }: Comparison) {
  const name = (match: { identityId: string; name: string } | null) =>
    match && { id: match.identityId, name: match.name }
  return {
    ...comparison,
    changes: changes.map(({ path, box, before, after }) => ({
      ...{ path, ...(box && { box }) },
      ...{ before: name(before), after: name(after) },
    })),
  }
}

function detailText(model: ModelDetail): string {
  const { title, profile, kind, state, id, recipe, backend, data, trainedOn, trainedOnErased, imported } = model
  const names = trainedOn.map(({ name }) => printable(name)).join(', ')
  return [
    `${printable(title)} · ${profile} · ${kind} · ${state} · ${id}`,
    ...(recipe === undefined ? [] : [`  recipe ${recipe}${backend === undefined ? '' : ` on ${backend}`}`]),
    ...(data ? [`  learned from ${counted(data.photos, 'photo')} of ${printable(data.folder)}`] : []),
    ...(names === '' ? [] : [`  trained on ${names}`]),
    ...(trainedOnErased === 0 ? [] : [`  and on ${counted(trainedOnErased, 'identity', 'identities')} erased since`]),
    ...(imported ? ['  imported; nothing here has measured it'] : []),
    `  ${model.dimensions} dimensions · ${model.bytes} bytes · sha256 ${model.sha256}`,
  ].join('\n')
}

function addShow(models: Command): void {
  const command = verb(models, 'show', 'Show all that is kept of a model.', ['semblance models show object-1'])
  act(command.argument('<model>', 'title or id'), async (run, [which]) => {
    const detail = await withCore(run, async (core) => core.api.model((await findModel(core, run, which!)).id))
    run.output.answer(detailJson(detail), detailText(detail))
    return EXIT.done
  })
}

const percent = ({ value, low, high, errors, trials }: Rate) =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}; ${errors} of ${trials})`

function addCompare(models: Command): void {
  const command = verb(models, 'compare', 'Show a model beside the one that was live when it was made.', [
    'semblance models compare object-1',
  ])
  act(command.argument('<model>', 'title or id'), async (run, [which]) => {
    const { id, title, comparison } = await withCore(run, async (core) =>
      core.api.model((await findModel(core, run, which!)).id),
    )
    if (!comparison) throw new AppError('not-found', `${printable(title)} was never compared with another model.`)
    const { champion, challenger, difference, evidence, verdict, reason, changes, worse } = comparison
    const side = (name: string, { error, eer, msPerPicture }: Comparison['champion']) =>
      `  ${name}: held-out error ${percent(error)}, EER ${percent(eer)}, ${msPerPicture.toFixed(0)} ms a picture`
    const text = [
      `${printable(title)} · ${verdict} · ${reason}`,
      side('before', champion),
      side('after', challenger),
      `  difference ${(100 * difference.value).toFixed(1)} points (${(100 * difference.low).toFixed(1)}…${(100 * difference.high).toFixed(1)}), p = ${difference.p.toPrecision(2)}, ${difference.test}`,
      `  evidence: ${evidence.strength}. ${evidence.words}`,
      `  ${counted(changes.length, 'answer')} would change; ${counted(worse.length, 'identity', 'identities')} got worse`,
    ].join('\n')
    run.output.answer({ id, title, comparison: comparisonJson(comparison) }, text)
    return EXIT.done
  })
}

/** Shows the job of a switch as it goes; Ctrl+C cancels it, and the model stays. */
async function following(core: Core, run: Run, label: string, work: () => Promise<ModelDetail>): Promise<ModelDetail> {
  const progress = createProgress(label)
  let job: string | undefined
  const cancel = () => {
    if (job !== undefined) core.api.cancelJob(job).catch(() => undefined)
  }
  const stop = core.onEvent((event) => {
    if (event.type !== 'job' || event.job.kind !== 'promote' || event.job.state !== 'running') return
    job = event.job.id
    progress.update(event.job.done, event.job.total)
    if (run.signal.aborted) cancel()
  })
  run.signal.addEventListener('abort', cancel, { once: true })
  try {
    return await work()
  } finally {
    run.signal.removeEventListener('abort', cancel)
    stop()
    progress.end()
  }
}

function addSwitches(models: Command): void {
  const promote = verb(models, 'promote', 'Let a model answer: embed every sample by it, then switch.', [
    'semblance models promote object-1',
  ])
    .argument('<model>', 'title or id')
    .option('--anyway', 'although it is not found better than the live one')
  act<{ anyway?: boolean }>(promote, async (run, [which], { anyway }) => {
    const detail = await withCore(run, async (core) => {
      const { id, title } = await findModel(core, run, which!)
      return following(core, run, title, () => core.api.promote({ model: id, ...(anyway && { anyway }) }))
    })
    run.output.answer(modelJson(factsOf(detail)), `live · ${printable(detail.title)} · ${detail.id}`)
    return EXIT.done
  })

  const rollback = verb(models, 'rollback', 'Let the model answer that was live before.', [
    'semblance models rollback --profile object',
  ])
  act(rollback, async (run) => {
    const detail = await withCore(run, (core) =>
      following(core, run, `${run.profileNamed} profile`, () => core.api.rollback(run.profile)),
    )
    run.output.answer(modelJson(factsOf(detail)), `live · ${printable(detail.title)} · ${detail.id}`)
    return EXIT.done
  })
}

/** What `list` shows of a model, from all that is known of it. */
function factsOf(detail: ModelDetail): LearnedModel {
  const { id, profile, title, kind, state, dimensions, createdAt, liveSince, verdict, imported } = detail
  return {
    ...{ id, profile, title, kind, state, dimensions, createdAt },
    ...(liveSince !== undefined && { liveSince }),
    ...(verdict && { verdict }),
    ...(imported && { imported }),
  }
}

function addFiles(models: Command): void {
  const save = verb(
    models,
    'export',
    'Write a model to a file: a zip with manifest and hashes, no pictures, no names.',
    ['semblance models export object-1 object-1.zip'],
  )
    .argument('<model>', 'title or id')
    .argument('[file]', 'where to; without it beside where you are')
  act(save, async (run, [which, file]) => {
    const { id, name, bytes } = await withCore(run, async (core) => {
      const found = await findModel(core, run, which!)
      return { id: found.id, ...(await core.api.exportModel(found.id)) }
    })
    const path = resolve(file ?? name)
    await writeNew(path, bytes)
    run.output.answer({ id, path, bytes: bytes.byteLength }, `written · ${printable(path)}`)
    return EXIT.done
  })

  const load = verb(models, 'import', 'Take in a model from a file; it is not live by itself.', [
    'semblance models import object-1.zip',
  ])
  act(load.argument('<file>', 'a file that export wrote'), async (run, [file]) => {
    const detail = await withCore(run, async (core) => core.api.importModel((await adopt(core, file!)).token))
    run.output.answer(modelJson(factsOf(detail)), `${detail.state} · ${printable(detail.title)} · ${detail.id}`)
    return EXIT.done
  })
}

/** Whole or not at all, and never over a file that is there. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  if (existsSync(path)) throw new AppError('wrong-use', `${printable(path)} is there already. Give another name.`)
  const part = join(dirname(path), `.${process.pid}.part`)
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw new AppError('no-permission', `${printable(path)} cannot be written.`, { cause: error })
  }
}
