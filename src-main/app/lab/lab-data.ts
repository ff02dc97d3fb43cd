import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { LabData } from '../../contract/lab.ts'
import { walk } from '../walk.ts'
import { IDX_FILES, idxAbsent, readIdxLabels } from './idx.ts'

/** Names of the folders of a set that keeps its own test. */
const PARTS = { train: 'learn', test: 'test' } as const

/** One picture of a folder: what it is called by, and whether the set keeps it for the test. */
export interface LabPicture {
  readonly path: string
  readonly label: string
  readonly part: 'learn' | 'test'
}

type Layout = LabData['layout']
export type LookedAt = Omit<LabData, 'folder'>

/**
 * What a folder holds that a comparison may be made on.
 * @throws AppError wrong-use for what is no folder; not-trainable for one that has not two classes, or asks a class that it does not teach;
 * not-found for idx files of which some are missing
 */
export async function lookAt(folder: string): Promise<LookedAt> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const name = basename(folder)
  if (!isFolder) throw new AppError('wrong-use', `"${name}" is not a folder.`)
  const absent = idxAbsent(folder)
  if (absent.length === 0) return ofIdx(folder, name)
  if (absent.length < IDX_FILES.length)
    throw new AppError(
      'not-found',
      `"${name}" lacks ${absent.join(' and ')} (or the same with .gz). A set of this kind has ${IDX_FILES.join(', ')}.`,
    )
  const found: LabPicture[] = []
  const layout = await layoutOf(folder)
  for await (const one of picturesOf(folder, layout)) found.push(one)
  return counted(name, layout, found)
}

/** The pictures of a folder in the order of their rows. */
export async function* picturesOf(folder: string, layout: Layout): AsyncGenerator<LabPicture> {
  for await (const { path, relative, problem } of walk(folder)) {
    const names = relative.split('/')
    if (problem || names.length < (layout === 'parts' ? 3 : 2)) continue
    if (layout === 'folders') yield { path, label: names[0]!, part: 'learn' }
    else if (isPart(names[0]!)) yield { path, label: names[1]!, part: PARTS[names[0]] }
  }
}

const isPart = (name: string): name is keyof typeof PARTS => Object.hasOwn(PARTS, name)

/** 'parts' where there are pictures in sub-folders of both train/ and test/, and in no other folder. */
async function layoutOf(folder: string): Promise<Layout> {
  const seen = new Set<string>()
  for await (const { relative, problem } of walk(folder)) {
    const names = relative.split('/')
    if (problem || names.length < 2) continue
    if (!isPart(names[0]!) || names.length < 3) return 'folders'
    seen.add(names[0])
  }
  return seen.size === 2 ? 'parts' : 'folders'
}

async function ofIdx(folder: string, name: string): Promise<LookedAt> {
  const { train, test } = await readIdxLabels(folder)
  const as = (part: LabPicture['part']) => (label: number) => ({ path: '', label: String(label), part })
  const learned = Array.from(train, as('learn')).sort((a, b) => Number(a.label) - Number(b.label))
  return counted(name, 'idx', [...learned, ...Array.from(test, as('test'))])
}

function counted(name: string, layout: Layout, pictures: readonly LabPicture[]): LookedAt {
  const classes = new Map<string, number>()
  for (const { label, part } of pictures) if (part === 'learn') classes.set(label, (classes.get(label) ?? 0) + 1)
  const refuse = (message: string) => new AppError('not-trainable', message)
  if (classes.size === 0)
    throw refuse(
      `"${name}" has no sub-folder with pictures. Put the pictures of each class into one of its own; ` +
        'train/ and test/ with such folders are taken too, and the four idx files of MNIST and its kin.',
    )
  if (classes.size === 1)
    throw refuse(
      `"${name}" has one class alone, "${[...classes.keys()][0]}". Telling apart takes two: add another sub-folder.`,
    )
  const strange = pictures.find(({ label }) => !classes.has(label))
  if (strange) throw refuse(`"${name}" asks for the class "${strange.label}", of which there is none to learn from.`)
  const test = pictures.filter(({ part }) => part === 'test').length
  return {
    name,
    layout,
    classes: [...classes].map(([name, count]) => ({ name, pictures: count })),
    pictures: pictures.length - test,
    test,
  }
}
