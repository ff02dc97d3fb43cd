import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { comparisonPlanSchema, METHODS, type Cell, type Comparison, type ComparisonPlan } from '../../contract/lab.ts'
import { adopt, withCore, type Core } from '../core.ts'
import { followComparison } from '../follow-comparison.ts'
import { namedData } from '../named-data.ts'
import { act, count, EXIT, verb, type Run } from '../run.ts'
import { cellJson, showComparison, SORTS, type Sort } from '../show-comparison.ts'
import { printable } from '../text.ts'

interface CompareOptions {
  readonly data?: string
  readonly gallery?: string
  readonly sets?: string
  readonly loss?: string
  readonly network?: string
  readonly method: string
  readonly dimensions: string
  readonly seeds: string
  readonly steps: string
  readonly batch: string
  readonly labelled?: string
  readonly heldOut: string
  readonly sort: Sort
  readonly html?: string
  readonly csv?: string
  readonly resume?: string
}

/** `semblance compare --data DIR --loss A,B --network X,Y` */
export function addCompare(program: Command): void {
  const command = verb(
    program,
    'compare',
    'Train networks with several losses and methods on a labelled folder, and put their errors side by side.',
    [
      'semblance compare --data mnist100 --loss distance-ratio-plain,softmax --network neighbor-mnist,residual --seeds 3',
      'semblance compare --data digits/ --loss softmax --network vgg --labelled 20 --html digits.html',
      'semblance compare --resume "Comparison 1"',
    ],
    '--gallery <folder>',
  )
    .option(
      '--data <folder>',
      'a folder with a sub-folder a class, train/ and test/ with such, idx files; or mnist, mnist100',
    )
    .option('--sets <folder>', 'where the folder "mnist" lies (default: SEMBLANCE_SETS)')
    .option('--loss <names>', 'losses, with commas between; "semblance losses" lists them')
    .option('--network <names>', 'networks, with commas between')
    .option('--method <names>', `methods, with commas between: ${METHODS.map(({ name }) => name).join(', ')}`, 'direct')
    .option('--dimensions <numbers>', 'sizes of the embedding, with commas between; "own" is the network’s', 'own')
    .option('--seeds <number>', 'runs of each', '3')
    .option('--steps <number>', 'of each run', '1000')
    .option('--batch <number>', 'labelled pictures a step, and as many unlabelled ones', '64')
    .option('--labelled <number>', 'pictures of each class that keep their names (default: all; 10 of mnist100)')
    .option('--held-out <share>', 'of each class for the test, where the data has no test of its own', '0.2')
    .addOption(new Option('--sort <column>', 'order of the table').choices(SORTS).default('asked'))
    .option('--html <file>', 'write a report')
    .option('--csv <file>', 'write a line a run')
    .option('--resume <comparison>', 'go on with a paused or interrupted comparison: its id or title')

  act<CompareOptions>(command, async (given, _args, options) => {
    const run: Run = { ...given, data: options.gallery }
    for (const path of [options.html, options.csv])
      if (path !== undefined && existsSync(path))
        throw new AppError('wrong-use', `${path} is there already. Name another file.`)
    const asked = options.resume === undefined ? planOf(options) : undefined
    return withCore(run, async (core) => {
      const comparison = asked
        ? await core.api.startComparison({ folder: (await adopt(core, asked.folder)).token, plan: asked.plan })
        : await resumed(core, options.resume!)
      const waits = comparison.state === 'waiting' ? ' It waits until another one has learned.' : ''
      run.output.note(`${comparison.title} (${comparison.id}): ${comparison.cells} runs.${waits}`)
      const tell = (cell: Cell) => {
        if (run.output.json) run.output.answer({ cell: cellJson(cell) }, '')
        else if (cell.problem)
          run.output.note(`${cell.loss}, ${cell.network}, seed ${cell.seed}: ${cell.problem.message}`)
      }
      const ended = await followComparison(core, run, comparison, tell)
      showComparison(run.output, ended, options.sort)
      await write(core, ended, 'html', options.html)
      await write(core, ended, 'csv', options.csv)
      return ended.state === 'done' && ended.runs.some(({ state }) => state === 'done') ? EXIT.done : EXIT.failed
    })
  })
}

/** @throws AppError wrong-use, not-found */
function planOf(options: CompareOptions): { folder: string; plan: ComparisonPlan } {
  const { data, loss, network } = options
  if (data === undefined || loss === undefined || network === undefined)
    throw new AppError('wrong-use', 'Give --data, --loss and --network, or --resume with a comparison to go on with.')
  const { folder, labelled } = namedData(data, options.sets)
  const plan = {
    losses: names(loss),
    networks: names(network),
    methods: names(options.method),
    dimensions: names(options.dimensions).map((text) => (text === 'own' ? null : count(text, '--dimensions'))),
    seeds: count(options.seeds, '--seeds'),
    steps: count(options.steps, '--steps'),
    batch: count(options.batch, '--batch'),
    labelled: options.labelled === undefined ? labelled : count(options.labelled, '--labelled'),
    heldOut: Number(options.heldOut),
  }
  const parsed = comparisonPlanSchema.safeParse(plan)
  if (parsed.success) return { folder, plan: parsed.data }
  const [issue] = parsed.error.issues
  throw new AppError('wrong-use', `${String(issue?.path[0])}: ${issue?.message}.`)
}

const names = (text: string) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** Goes on with it, unless it is at work already. @throws AppError not-found, wrong-use */
async function resumed(core: Core, name: string): Promise<Comparison> {
  const found = (await core.api.comparisons()).find(({ id, title }) => id === name || title === name)
  if (!found) throw new AppError('not-found', `There is no comparison ${printable(name)}.`)
  return found.state === 'paused' || found.state === 'interrupted'
    ? core.api.resumeComparison(found.id)
    : core.api.comparison(found.id)
}

async function write(core: Core, { id }: Comparison, as: 'html' | 'csv', path: string | undefined): Promise<void> {
  if (path === undefined) return
  const { bytes } = await core.api.exportComparison({ id, as })
  await writeFile(path, bytes, { flag: 'wx' })
}
