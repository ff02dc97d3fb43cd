import { readFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { runConfigSchema, type StartRunRequest } from '../../contract/learning-api.ts'
import { NETWORKS } from '../../contract/networks.ts'
import { isOwn, RECIPES, type Recipe, type RunConfig, type RunPoint } from '../../contract/types.ts'
import { adopt, withCore, type Core } from '../core.ts'
import { followRun } from '../follow-run.ts'
import { act, verb, type Run } from '../run.ts'
import { conclude } from '../show-run.ts'
import { triageFolder } from './triage.ts'

interface TrainOptions {
  readonly unlabeled?: string
  readonly network?: string
  readonly loss?: string
  readonly recipe?: Recipe
  readonly config?: string
  readonly blocks?: string
  readonly seed?: string
  readonly name?: string
}

/** `semblance train [FOLDER] [--unlabeled DIR]` */
export function addTrain(program: Command): void {
  const command = verb(
    program,
    'train',
    'Learn from a folder of unlabelled photos, which makes a challenger, or train a whole network on a labelled folder.',
    [
      'semblance train --profile object --unlabeled shelf-photos/',
      'semblance train digits/ --name Digits --network neighbor-mnist --unlabeled more-digits/',
      'semblance train digits/ --profile Digits --seed 3',
    ],
  )
    .argument('[folder]', 'labelled folder, a sub-folder for each class: a network is trained from scratch')
    .option('--unlabeled <folder>', 'unlabelled photos; without a labelled folder the gallery says who is who')
    .addOption(new Option('--recipe <name>', 'how to learn (default: what fits the folder)').choices(RECIPES))
    .option('--blocks <number>', 'blocks of the network that fine-tuning changes, counted from its end, or "all"')
    .addOption(
      new Option('--network <name>', 'network of a run from scratch (default: by the colours)').choices(
        NETWORKS.map(({ name }) => name),
      ),
    )
    .option(
      '--name <name>',
      'what the profile is called that a run from scratch makes (default: as the folder); --profile NAME trains one again',
    )
    .option('--loss <name>', 'loss of a run from scratch; "semblance losses" lists them (default: neighbor embedding)')
    .option(
      '--config <file>',
      'JSON with any of recipe, seed, steps, rate, batch, loss, network, entropy, balance, blocks',
    )
    .option('--seed <number>', 'every random draw comes from it (default: 1)')

  act<TrainOptions>(command, async (run, [folder], options) => {
    const asked = await configOf(options, folder !== undefined)
    if (folder === undefined && options.name !== undefined)
      throw new AppError('wrong-use', '--name is of the profile that a labelled folder makes; give that folder.')
    return withCore(run, async (core) => {
      const request =
        folder === undefined
          ? await fromTriage(core, run, options, asked)
          : await labelled(core, run, folder, options, asked)
      const started = await core.api.startRun(request)
      run.output.note(`${started.title}: recipe "${started.config.recipe}". ${started.why}`)
      const ended = await followRun(core, run, started, (point) => run.output.answer({ point }, pointText(point)))
      return conclude(core, run, ended)
    })
  })
}

async function configOf(options: TrainOptions, scratch: boolean): Promise<Partial<RunConfig>> {
  const { network, loss, seed, blocks } = options
  const recipe = options.recipe ?? (scratch ? 'scratch' : undefined)
  const file = options.config === undefined ? {} : await fileConfig(options.config)
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    throw new AppError('wrong-use', `--seed is a whole number, here "${seed}".`)
  if (blocks !== undefined && blocks !== 'all' && !/^[1-9]\d?$/.test(blocks))
    throw new AppError('wrong-use', `--blocks is a whole number or "all", here "${blocks}".`)
  if (blocks !== undefined && (recipe ?? file.recipe) !== 'fine-tune')
    throw new AppError('wrong-use', '--blocks is of the recipe fine-tune: give --recipe fine-tune too.')
  return {
    ...file,
    ...(recipe && { recipe }),
    ...(network !== undefined && { network }),
    ...(loss !== undefined && { loss }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(blocks !== undefined && { blocks: blocks === 'all' ? blocks : Number(blocks) }),
  }
}

async function fileConfig(path: string): Promise<Partial<RunConfig>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new AppError('not-found', `${path} cannot be read.`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new AppError('wrong-use', `${path} is not JSON.`)
  }
  const parsed = runConfigSchema.partial().safeParse(json)
  if (!parsed.success)
    throw new AppError(
      'wrong-use',
      `${path}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
    )
  return parsed.data as Partial<RunConfig>
}

async function fromTriage(
  core: Core,
  run: Run,
  { unlabeled }: TrainOptions,
  asked: Partial<RunConfig>,
): Promise<StartRunRequest> {
  if (unlabeled === undefined)
    throw new AppError('wrong-use', 'Give a labelled folder, or --unlabeled with a folder of photos.')
  const triage = await triageFolder(core, run, unlabeled)
  if (triage.refusal) throw new AppError('not-trainable', triage.refusal.message)
  const recipe = asked.recipe ?? triage.advice?.recipe ?? 'propagate'
  const why = asked.recipe === undefined ? triage.advice?.reason : undefined
  const config = { seed: 1, ...asked, recipe }
  return { triage: triage.id, profile: run.profile, config, ...(why !== undefined && { why }) }
}

async function labelled(
  core: Core,
  run: Run,
  folder: string,
  { unlabeled, name }: TrainOptions,
  asked: Partial<RunConfig>,
): Promise<StartRunRequest> {
  if (name !== undefined && isOwn(run.profile))
    throw new AppError('wrong-use', 'Give --name for a new profile, or --profile for one that is trained again.')
  const { token } = await adopt(core, folder)
  const unlabelled = unlabeled === undefined ? undefined : (await adopt(core, unlabeled)).token
  return {
    labelled: token,
    ...(unlabelled !== undefined && { unlabelled }),
    profile: run.profile,
    config: { seed: 1, recipe: 'scratch', ...asked },
    ...(name !== undefined && { name }),
  }
}

function pointText({ step, seconds, labelled, entropy, balance, heldOut, picturesPerSecond }: RunPoint): string {
  const figures = [
    labelled === undefined ? undefined : `labelled ${labelled.toFixed(3)}`,
    entropy === undefined ? undefined : `entropy ${entropy.toFixed(3)}`,
    balance === undefined ? undefined : `balance ${balance.toFixed(3)}`,
    heldOut && `held-out error ${(100 * heldOut.error).toFixed(1)} % of ${heldOut.trials}`,
    `${picturesPerSecond.toFixed(0)} pictures/s`,
  ]
  return [`step ${step}`, `${seconds.toFixed(1)} s`, ...figures.filter((one) => one !== undefined)].join(' · ')
}
