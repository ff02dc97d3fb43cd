import type { Command } from 'commander'
import { access, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { distanceOf, type Measured } from '../../app/evaluation/distance.ts'
import { evaluateIdentities } from '../../app/evaluation/identities-protocol.ts'
import { dealFolds, evaluatePairs } from '../../app/evaluation/pairs-protocol.ts'
import { parsePairs, type PairRow } from '../../app/evaluation/pairs-table.ts'
import { percent } from '../../app/evaluation/spread.ts'
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
}

/** `semblance evaluate --pairs CSV --images DIR`, `semblance evaluate --identities DIR` */
export function addEvaluate(program: Command): void {
  const command = verb(
    program,
    'evaluate',
    'Measure how well pictures of yours are told apart. The gallery is not touched.',
    [
      'semblance evaluate --pairs pairs.csv --images faces/',
      'semblance evaluate --profile object --identities products/ --shots 1 --draws 20',
    ],
  )
    .option('--pairs <csv>', 'table with the columns left, right, same (1 or 0) and, if there are folds, fold')
    .option('--images <folder>', 'folder that left and right are relative to')
    .option('--identities <folder>', 'one sub-folder of pictures an identity')
    .option('--references <folder>', 'take the references from here: sub-folders or files named like the identities')
    .option('--shots <n>', 'references an identity', '1')
    .option('--draws <n>', 'how often references are drawn', '20')
    .option('--seed <n>', 'seed of the first draw', '1')

  act<EvaluateOptions>(command, async (run, _args, options) => {
    if ((options.pairs === undefined) === (options.identities === undefined)) {
      throw new AppError('wrong-use', 'Give either --pairs CSV --images DIR or --identities DIR.')
    }
    if (options.identities !== undefined) return byIdentities(run, options.identities, options)
    if (options.images === undefined)
      throw new AppError('wrong-use', '--pairs needs --images DIR, the folder of the pictures.')
    return byPairs(run, options.pairs!, options.images)
  })
}

async function readTable(csv: string): Promise<PairRow[]> {
  const text = await readFile(csv, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      error.code === 'ENOENT' ? 'not-found' : 'no-permission',
      `${csv} cannot be read (${error.code}).`,
    )
  })
  const rows = parsePairs(text)
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

async function byPairs(run: Run, csv: string, images: string): Promise<number> {
  const rows = (await readTable(csv)).map((row) => ({
    ...row,
    left: resolve(images, row.left),
    right: resolve(images, row.right),
  }))
  const paths = new Set(rows.flatMap(({ left, right }) => [left, right]))
  await requireFiles(paths, images)
  return withEngine(run, async (engine) => {
    const { embeddings, model } = await measure(run, engine, [...paths])
    const of = (path: string): Measured => embeddings.get(path) ?? null
    const pairs = rows.map(({ left, right, same, fold }) => ({
      same,
      fold: fold ?? 0,
      distance: distanceOf(of(left), of(right)),
    }))
    const result = evaluatePairs(rows[0]!.fold === undefined ? dealFolds(pairs) : pairs)
    const answer = {
      pairs: result.pairs,
      accuracy: percent(result.accuracy),
      accuracySd: percent(result.accuracySd),
      eer: percent(result.eer),
      tarAtFar: { '0.01': percent(result.tarAtFar['0.01']), '0.001': percent(result.tarAtFar['0.001']) },
      undetected: result.undetected,
      model,
      backend: (await engine.state()).backend.name,
    }
    const lines = [
      `accuracy ${answer.accuracy.toFixed(2)} ± ${answer.accuracySd.toFixed(2)} % over ${result.folds.length} folds · ${counted(result.pairs, 'pair')}`,
      `equal error rate ${answer.eer.toFixed(2)} %`,
      `TAR at FAR 1e-2 ${answer.tarAtFar['0.01'].toFixed(2)} % · at FAR 1e-3 ${answer.tarAtFar['0.001'].toFixed(2)} %`,
      `undetected ${counted(result.undetected, 'pair')}; each counts as different`,
      `model ${model} · backend ${answer.backend}`,
      '',
      table(
        ['fold', 'accuracy %', 'threshold'],
        result.folds.map(({ fold, accuracy, threshold }) => [fold, percent(accuracy).toFixed(2), threshold.toFixed(3)]),
      ),
    ]
    run.output.answer(answer, lines.join('\n'))
    return EXIT.done
  })
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
      undetected: result.undetected,
      model,
      backend: (await engine.state()).backend.name,
    }
    const lines = [
      `rank-1 ${answer.rank1.toFixed(2)} ± ${answer.rank1Sd.toFixed(2)} % · ${counted(result.draws, 'draw')} of ${counted(shots, 'reference')} an identity`,
      `${counted(result.classes, 'identity', 'identities')} · ${counted(result.probes, 'probe')} a draw · nothing found in ${counted(result.undetected, 'picture')}, each an error`,
      `model ${model} · backend ${answer.backend}`,
    ]
    run.output.answer(answer, lines.join('\n'))
    return EXIT.done
  })
}
