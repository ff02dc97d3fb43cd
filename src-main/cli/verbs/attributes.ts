import type { Command } from 'commander'
import {
  ENOUGH_PICTURES,
  FEWEST_PICTURES,
  type Attribute,
  type AttributeColumn,
  type AttributePlan,
} from '../../contract/attributes.ts'
import { fieldsOf } from '../../app/csv.ts'
import { AppError } from '../../contract/errors.ts'
import { adopt, withCore } from '../core.ts'
import { findAttribute } from '../find-attribute.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, printable } from '../text.ts'

/** `semblance attributes train|list|delete` */
export function addAttributes(program: Command): void {
  const attributes = program
    .command('attributes')
    .description('Learn from a labelled folder what pictures may be compared by, such as hair or age.')
    .addHelpText('after', '\nExample:\n  $ semblance attributes train people/ --csv people.csv\n')
  addTrain(attributes)
  addList(attributes)
  addDelete(attributes)
}

interface TrainOptions {
  readonly csv?: string
  readonly only?: string
  readonly apart?: string
  readonly seed?: string
  readonly dryRun?: boolean
}

function addTrain(attributes: Command): void {
  const command = verb(
    attributes,
    'train',
    `Learn one embedding for each attribute of a folder with a table. A value needs ${FEWEST_PICTURES} pictures at least; ${ENOUGH_PICTURES} of each are enough.`,
    [
      'semblance attributes train people/',
      'semblance attributes train --profile object things/ --csv things.csv --only colour,shape',
      'semblance attributes train people/ --apart who --dry-run',
    ],
  )
    .argument('<folder>', 'folder with pictures')
    .option(
      '--csv <file>',
      'table: the first column is the path from the folder on, each other one an attribute (default: attributes.csv there)',
    )
    .option('--only <names>', 'columns to learn, with commas between (default: all that can be learned)')
    .option('--apart <column>', 'who a picture shows: nobody is then both learned from and measured on')
    .option('--seed <number>', 'decides which pictures are measured on (default: 1)')
    .option('--dry-run', 'only say what could be learned')
  act<TrainOptions>(command, async (run, [folder], options) =>
    withCore(run, async (core) => {
      const { csv, only, apart, seed, dryRun } = options
      if (seed !== undefined && !/^\d{1,9}$/.test(seed))
        throw new AppError('wrong-use', `--seed is a whole number, here "${seed}".`)
      const plan = await core.api.planAttributes({
        folder: (await adopt(core, folder!)).token,
        ...(csv !== undefined && { table: (await adopt(core, csv)).token }),
        profile: run.profile,
        ...(apart !== undefined && { apart }),
        ...(seed !== undefined && { seed: Number(seed) }),
      })
      const columns = only === undefined ? undefined : namesOf(only, plan)
      tellUnmatched(run, plan)
      const asked = plan.columns.filter(({ name }) => !columns || columns.includes(name))
      if (dryRun) {
        tellColumns(run, asked)
        return EXIT.done
      }
      for (const { name, words, refusal } of asked) {
        if (refusal && !columns) run.output.note(`${name} is left out. ${refusal.message}`)
        if (words) run.output.note(`${name}: ${words}`)
      }
      const job = await core.api.trainAttributes({ plan: plan.id, ...(columns && { columns: [...columns] }) })
      const ended = await followJob(
        core,
        run,
        job,
        async () => ({ rows: [], total: 0 }),
        () => {},
      )
      if (ended.failed > 0)
        run.output.note(`${counted(ended.failed, 'picture')} could not be used and count as unknown.`)
      const learned = new Set(columns ?? plan.columns.filter(({ refusal }) => !refusal).map(({ name }) => name))
      const all = (await core.api.attributes()).filter((one) => one.profile === run.profile && learned.has(one.name))
      tellAttributes(run, all)
      return EXIT.done
    }),
  )
}

/** One name may hold commas: alone as it is, among others in double quotes. @throws AppError not-found */
function namesOf(only: string, { columns }: AttributePlan): readonly string[] {
  const known = columns.map(({ name }) => name)
  const plain = (name: string) => name.normalize('NFC').trim()
  const names = known.includes(plain(only)) ? [plain(only)] : fieldsOf(only).map(plain)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return names
  throw new AppError('not-found', `The table has no column "${printable(unknown)}". It has ${known.join(', ')}.`)
}

type Unmatched = AttributePlan['missing']

/** What of the table the folder lacks, and of the folder the table. */
function tellUnmatched({ output }: Run, { missing, unlisted, table }: AttributePlan): void {
  const listed = ({ count, first }: Unmatched) =>
    `${first.map(printable).join(', ')}${count > first.length ? ` and ${count - first.length} more` : ''}`
  const verb = missing.count === 1 ? 'names' : 'name'
  if (missing.count > 0)
    output.note(`${counted(missing.count, 'line')} of ${table} ${verb} no picture of the folder: ${listed(missing)}.`)
  if (unlisted.count > 0)
    output.note(
      `${counted(unlisted.count, 'picture')} of the folder ${unlisted.count === 1 ? 'is' : 'are'} not in ${table} and not learned from: ${listed(unlisted)}.`,
    )
}

function tellColumns({ output }: Run, columns: readonly AttributeColumn[]): void {
  output.table(
    columns,
    ['attribute', 'values', 'unknown', 'held out', 'cannot be learned'],
    columns.map(({ name, values, unknown, heldOut, refusal }) => [
      name,
      values.map((value) => `${value.name} (${value.pictures})`).join(', '),
      unknown,
      heldOut,
      refusal?.message ?? '',
    ]),
  )
  for (const { name, words } of columns) if (words) output.note(`${name}: ${words}`)
}

/** The stable shape of docs/cli.md. */
function attributeJson({ createdAt, calibration, ...attribute }: Attribute) {
  const { same, different } = calibration.thresholds
  return { ...attribute, thresholds: { same, different }, createdAt: new Date(createdAt).toISOString() }
}

const percent = (share: number) => Number((100 * share).toFixed(1))

function tellAttributes({ output }: Run, attributes: readonly Attribute[]): void {
  output.table(
    attributes.map(attributeJson),
    ['attribute', 'profile', 'values', 'held out', 'nearest %', 'without %', 'guess %', 'EER %', 'without %', 'id'],
    attributes.map(({ name, profile, values, heldOut, nearest, eer, id }) => [
      ...[name, profile, values.length, heldOut],
      ...[percent(nearest.after.value), percent(nearest.before.value), percent(nearest.guess)],
      ...[percent(eer.after.value), percent(eer.before.value), id],
    ]),
  )
}

function addList(attributes: Command): void {
  const command = verb(attributes, 'list', 'List what pictures may be compared by, with its figures.', [
    'semblance attributes list',
  ])
  act(command, async (run) => {
    const all = await withCore(run, async (core) =>
      (await core.api.attributes()).filter(({ profile }) => !run.profileGiven || profile === run.profile),
    )
    tellAttributes(run, all)
    if (all.length === 0) run.output.note('There is none. semblance attributes train FOLDER makes some.')
    return EXIT.done
  })
}

function addDelete(attributes: Command): void {
  const command = verb(attributes, 'delete', 'Delete an attribute with its embeddings.', [
    'semblance attributes delete hair',
  ]).argument('<attribute>', 'name or id')
  act(command, async (run, [named]) =>
    withCore(run, async (core) => {
      const { id, name } = await findAttribute(core, run, named!)
      await core.api.deleteAttribute(id)
      run.output.answer({ deleted: { id, name } }, `deleted · ${printable(name)}`)
      return EXIT.done
    }),
  )
}
