import type { Command } from 'commander'
import { access, readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { tableText } from '../../app/csv.ts'
import type { Measured } from '../../app/evaluation/distance.ts'
import { evaluateIdentities } from '../../app/evaluation/identities-protocol.ts'
import type { OpenSetResult } from '../../app/evaluation/open-set.ts'
import { DISTANCES, type DistanceName } from '../../app/evaluation/pair-distance.ts'
import { identitiesOf, sharedIdentities } from '../../app/evaluation/pair-identities.ts'
import { dealFolds } from '../../app/evaluation/pairs-protocol.ts'
import { parsePairs, type PairRow } from '../../app/evaluation/pairs-table.ts'
import type { Estimate } from '../../app/evaluation/resampled.ts'
import { percent } from '../../app/evaluation/spread.ts'
import { verify, type Verification } from '../../app/evaluation/verification.ts'
import { AppError } from '../../contract/errors.ts'
import { measure, withEngine } from '../engine.ts'
import { identityFolders, referenceFolders } from '../picture-folders.ts'
import { act, count, EXIT, verb, type Run } from '../run.ts'
import { counted, table } from '../text.ts'

interface EvaluateOptions {
  readonly pairs?: string
  readonly images?: string
  readonly identities?: string
  readonly references?: string
  readonly shots: string
  readonly draws: string
  readonly seed: string
  readonly distance: string
}

/** `semblance evaluate --pairs CSV --images DIR`, `semblance evaluate --identities DIR` */
export function addEvaluate(program: Command): void {
  const command = verb(
    program,
    'evaluate',
    'Measure how well pictures of yours are told apart. The gallery is not touched.',
    [
      'semblance evaluate --pairs pairs.csv --images faces/',
      'semblance evaluate --pairs pairs.csv --images faces/ --distance weighted-chi-squared',
      'semblance evaluate --profile object --identities products/ --shots 1 --draws 20',
    ],
  )
    .option('--pairs <csv>', 'table with the columns left, right, same (1 or 0) and, if there are folds, fold')
    .option('--images <folder>', 'folder that left and right are relative to')
    .option(
      '--distance <name>',
      `what tells the two of a pair apart: ${Object.keys(DISTANCES).join(', ')}; what it learns, it learns from other folds`,
      'euclidean',
    )
    .option('--identities <folder>', 'one sub-folder of pictures an identity')
    .option('--references <folder>', 'take the references from here: sub-folders or files named like the identities')
    .option('--shots <n>', 'references an identity', '1')
    .option('--draws <n>', 'how often references are drawn', '20')
    .option('--seed <n>', 'seed of the first draw', '1')

  act<EvaluateOptions>(command, async (run, _args, options) => {
    if ((options.pairs === undefined) === (options.identities === undefined)) {
      throw new AppError('wrong-use', 'Give either --pairs CSV --images DIR or --identities DIR.')
    }
    const distance = (Object.keys(DISTANCES) as DistanceName[]).find((name) => name === options.distance)
    if (distance === undefined) throw new AppError('wrong-use', `There is no distance "${options.distance}".`)
    if (options.identities !== undefined) {
      if (distance !== 'euclidean') throw new AppError('wrong-use', '--distance needs --pairs: it learns from pairs.')
      return byIdentities(run, options.identities, options)
    }
    if (options.images === undefined)
      throw new AppError('wrong-use', '--pairs needs --images DIR, the folder of the pictures.')
    return byPairs(run, options.pairs!, options.images, distance)
  })
}

async function readTable(csv: string): Promise<PairRow[]> {
  const bytes = await readFile(csv).catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      error.code === 'ENOENT' ? 'not-found' : 'no-permission',
      `${csv} cannot be read (${error.code}).`,
    )
  })
  const rows = parsePairs(tableText(bytes, basename(csv)))
  if (rows.length === 0) throw new AppError('bad-table', `${csv} holds no pairs.`)
  const folded = rows.filter((row) => row.fold !== undefined).length
  if (folded !== 0 && folded !== rows.length)
    throw new AppError('bad-table', `${csv} gives a fold for some pairs only.`)
  return rows
}

/** A missing file is a wrong folder far more often than a face that is not found, so nothing is measured then. */
async function requireFiles(paths: ReadonlySet<string>, images: string): Promise<void> {
  const missing: string[] = []
  for (const path of paths) await access(path).catch(() => missing.push(path))
  if (missing.length === 0) return
  throw new AppError(
    'not-found',
    `${images} lacks ${counted(missing.length, 'picture')} of the table, such as ${missing[0]}.`,
  )
}

/** A share and its 95 % interval in percent. */
const shown = ({ value, low, high }: Estimate) => ({ value: percent(value), low: percent(low), high: percent(high) })
const words = (rate: Estimate) => {
  const { value, low, high } = shown(rate)
  return `${value.toFixed(2)} % (95 %: ${low.toFixed(2)} to ${high.toFixed(2)} %)`
}

async function byPairs(run: Run, csv: string, images: string, distance: DistanceName): Promise<number> {
  const rows = await readTable(csv)
  const folded = rows[0]!.fold !== undefined
  if (distance === 'weighted-chi-squared' && !folded) {
    throw new AppError(
      'wrong-use',
      `Weights must not be learned on people they are judged by: ${csv} needs the column fold, with each person in one fold.`,
    )
  }
  const owners = identitiesOf(rows)
  const files = rows.map(({ left, right }) => [resolve(images, left), resolve(images, right)] as const)
  const paths = new Set(files.flat())
  await requireFiles(paths, images)
  return withEngine(run, async (engine) => {
    const { embeddings, model } = await measure(run, engine, [...paths])
    const of = (path: string): Measured => embeddings.get(path) ?? null
    const pairs = rows.map(({ same, fold }, i) => ({
      same,
      fold: fold ?? 0,
      left: of(files[i]![0]),
      right: of(files[i]![1]),
      owners: owners[i]!,
    }))
    const dealt = folded ? pairs : dealFolds(pairs)
    const shared = distance === 'euclidean' ? 0 : sharedIdentities(dealt)
    if (shared > 0)
      run.output.note(
        `${counted(shared, 'identity', 'identities')} of the table ${shared === 1 ? 'is' : 'are'} in several folds: what is learned from the other folds knows them.`,
      )
    const result = verify(dealt, DISTANCES[distance])
    const answer = pairsAnswer(result, { distance, model, backend: (await engine.state()).backend.name })
    run.output.answer(answer, pairsText(result, answer))
    return EXIT.done
  })
}

function pairsAnswer(result: Verification, made: { distance: DistanceName; model: string; backend: string }) {
  const { estimates, valAtFar } = result
  return {
    pairs: result.pairs,
    accuracy: percent(result.accuracy),
    accuracySd: percent(result.accuracySd),
    eer: percent(result.eer),
    tarAtFar: { '0.01': percent(result.tarAtFar['0.01']), '0.001': percent(result.tarAtFar['0.001']) },
    fmr: percent(estimates.fmr.value),
    fnmr: percent(estimates.fnmr.value),
    intervals: {
      accuracy: shown(estimates.accuracy),
      eer: shown(estimates.eer),
      tarAtFar: { '0.01': shown(estimates.tarAtFar['0.01']), '0.001': shown(estimates.tarAtFar['0.001']) },
      fmr: shown(estimates.fmr),
      fnmr: shown(estimates.fnmr),
    },
    valAtFar: {
      '0.001': {
        val: percent(valAtFar.val),
        standardError: percent(valAtFar.standardError),
        far: percent(valAtFar.far, 3),
      },
    },
    det: result.det.map(({ fmr, fnmr, threshold }) => ({
      fmr: percent(fmr, 3),
      fnmr: percent(fnmr),
      threshold: Number(threshold.toFixed(4)),
    })),
    undetected: result.undetected,
    ...made,
  }
}

function pairsText(result: Verification, answer: ReturnType<typeof pairsAnswer>): string {
  const { estimates } = result
  const val = answer.valAtFar['0.001']
  return [
    `accuracy ${answer.accuracy.toFixed(2)} ± ${answer.accuracySd.toFixed(2)} % over ${result.folds.length} folds · ${counted(result.pairs, 'pair')}`,
    `FMR ${words(estimates.fmr)} · FNMR ${words(estimates.fnmr)}, each fold at the threshold of the others`,
    `equal error rate ${words(estimates.eer)}`,
    `TAR at FAR 1e-2 ${words(estimates.tarAtFar['0.01'])} · at FAR 1e-3 ${words(estimates.tarAtFar['0.001'])}`,
    `VAL at FAR 1e-3 ${val.val.toFixed(2)} ± ${val.standardError.toFixed(2)} % (standard error over folds; FAR met: ${val.far.toFixed(2)} %)`,
    `undetected ${counted(result.undetected, 'pair')}; each counts as different`,
    `distance ${answer.distance} · model ${answer.model} · backend ${answer.backend}`,
    '',
    table(
      ['fold', 'accuracy %', 'threshold'],
      result.folds.map(({ fold, accuracy, threshold }) => [fold, percent(accuracy).toFixed(2), threshold.toFixed(3)]),
    ),
    '',
    table(
      ['FMR %', 'FNMR %', 'threshold'],
      answer.det.map(({ fmr, fnmr, threshold }) => [fmr.toFixed(3), fnmr.toFixed(2), threshold.toFixed(3)]),
    ),
  ].join('\n')
}

async function byIdentities(run: Run, folder: string, options: EvaluateOptions): Promise<number> {
  const [shots, draws] = [count(options.shots, '--shots'), count(options.draws, '--draws')]
  const seed = /^\d{1,9}$/.test(options.seed) ? Number(options.seed) : NaN
  if (Number.isNaN(seed)) throw new AppError('wrong-use', `--seed is a whole number, here "${options.seed}".`)
  const folders = await identityFolders(folder)
  const references = options.references === undefined ? undefined : await referenceFolders(options.references, folders)
  return withEngine(run, async (engine) => {
    const paths = [...folders, ...(references ?? [])].flatMap(({ pictures }) => pictures)
    const { embeddings, model } = await measure(run, engine, paths)
    const of = (pictures: readonly string[]) => pictures.map((path): Measured => embeddings.get(path) ?? null)
    const identities = folders.map(({ name, pictures }, index) => ({
      name,
      pictures: of(pictures),
      ...(references ? { references: of(references[index]!.pictures) } : {}),
    }))
    const result = evaluateIdentities(identities, { shots, draws, seed })
    const answer = {
      classes: result.classes,
      probes: result.probes,
      draws: result.draws,
      rank1: percent(result.rank1),
      rank1Sd: percent(result.rank1Sd),
      rank1Interval: shown(result.rank1Estimate),
      openSet: openSetAnswer(result.openSet),
      undetected: result.undetected,
      model,
      backend: (await engine.state()).backend.name,
    }
    const lines = [
      `rank-1 ${answer.rank1.toFixed(2)} ± ${answer.rank1Sd.toFixed(2)} % · ${counted(result.draws, 'draw')} of ${counted(shots, 'reference')} an identity`,
      `${counted(result.classes, 'identity', 'identities')} · ${counted(result.probes, 'probe')} a draw · nothing found in ${counted(result.undetected, 'picture')}, each an error`,
      ...openSetText(result.openSet),
      `model ${model} · backend ${answer.backend}`,
    ]
    run.output.answer(answer, lines.join('\n'))
    return EXIT.done
  })
}

function openSetAnswer(result: OpenSetResult | null) {
  return (
    result && {
      mated: result.mated,
      nonMated: result.nonMated,
      fnirAtFpir: { '0.1': shown(result.fnirAtFpir['0.1']), '0.01': shown(result.fnirAtFpir['0.01']) },
      curve: result.curve.map(({ threshold, fpir, fnir }) => ({
        threshold: Number(threshold.toFixed(4)),
        fpir: percent(fpir, 3),
        fnir: percent(fnir),
      })),
    }
  )
}

function openSetText(result: OpenSetResult | null): string[] {
  if (result === null) return ['open set: too few identities to leave half of them out']
  return [
    `open set, half of the identities enrolled: FNIR ${words(result.fnirAtFpir['0.1'])} at FPIR 10 % · ${words(result.fnirAtFpir['0.01'])} at FPIR 1 %`,
    `${counted(result.mated, 'mated search', 'mated searches')} and ${counted(result.nonMated, 'non-mated one')} over all draws`,
  ]
}
