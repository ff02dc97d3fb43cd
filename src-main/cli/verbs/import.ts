import { Option, type Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import type { ImportBy, ImportPlan, ImportRow } from '../../contract/types.ts'
import { adopt, withCore } from '../core.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, printable } from '../text.ts'

interface ImportOptions {
  readonly by: ImportBy
  readonly lowQuality: 'skip' | 'enrol'
  readonly severalFaces: 'skip' | 'main'
  readonly dryRun?: boolean
}

/** `semblance import FOLDER --by folder|name|file` */
export function addImport(program: Command): void {
  const command = verb(program, 'import', 'Enrol a folder of pictures.', [
    'semblance import people/ --by folder',
    'semblance import --profile object shelf/ --by file --dry-run',
  ])
    .argument('<folder>', 'folder with pictures')
    .addOption(
      new Option('--by <rule>', 'an identity is each sub-folder, each file name without its number, or each file')
        .choices(['folder', 'name', 'file'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--low-quality <what>', 'a picture that fails a quality check')
        .choices(['skip', 'enrol'])
        .default('skip'),
    )
    .addOption(
      new Option('--several-faces <what>', 'a picture that shows several faces')
        .choices(['skip', 'main'])
        .default('skip'),
    )
    .option('--dry-run', 'only say what would be enrolled')

  act<ImportOptions>(command, (run, [folder], options) =>
    withCore(run, async (core) => {
      const { token, isFolder } = await adopt(core, folder!)
      if (!isFolder)
        throw new AppError('wrong-use', `${folder} is not a folder; semblance enroll takes single pictures.`)
      const plan = await core.api.planImport({ folder: token, by: options.by, profile: run.profile })
      if (options.dryRun) return showPlan(run, plan)
      const { lowQuality, severalFaces } = options
      const tally = { enrolled: 0, skipped: 0, identities: new Set<string>() }
      const job = await core.api.startImport({ plan: plan.id, lowQuality, severalFaces })
      await followJob(
        core,
        run,
        job,
        (request) => core.api.importRows(request),
        (row) => {
          if (row.outcome === 'enrolled') tally.enrolled += 1
          else tally.skipped += 1
          if (row.identityId) tally.identities.add(row.identityId)
          run.output.answer(rowJson(row), rowText(row))
        },
      )
      const summary = { enrolled: tally.enrolled, skipped: tally.skipped, identities: tally.identities.size }
      const words = `${counted(summary.enrolled, 'picture')} enrolled, ${summary.skipped} skipped, ${counted(summary.identities, 'identity', 'identities')}`
      run.output.answer({ summary }, words)
      return tally.enrolled === 0 ? EXIT.failed : EXIT.done
    }),
  )
}

function rowJson({ path, outcome, identityId, name, reason }: ImportRow) {
  return {
    path,
    outcome,
    ...(identityId === undefined ? {} : { id: identityId }),
    ...(name === undefined ? {} : { name }),
    ...(reason === undefined ? {} : { reason: { code: reason.code, message: reason.message } }),
  }
}

function rowText({ path, outcome, name, reason }: ImportRow): string {
  return `${outcome} · ${printable(path)}${name ? ` · ${printable(name)}` : ''}${reason ? ` · ${reason.message}` : ''}`
}

function showPlan(run: Run, plan: ImportPlan): number {
  const groups = plan.groups.map(({ name, pictures, existing }) => ({ name, pictures, existing: existing ?? null }))
  run.output.table(
    groups,
    ['identity', 'pictures', ''],
    groups.map(({ name, pictures, existing }) => [name, pictures, existing === null ? '' : 'in the gallery already']),
  )
  for (const { path, reason } of plan.skipped) {
    run.output.answer({ path, outcome: 'skipped', reason }, `skipped · ${printable(path)} · ${reason.message}`)
  }
  return EXIT.done
}
