import type { ExportRequest } from '../contract/api.ts'
import { AppError } from '../contract/errors.ts'
import type { IdentifyRow } from '../contract/types.ts'
import { table } from './csv.ts'
import type { Jobs } from './jobs.ts'

const HEAD = [
  'path',
  'found',
  'x',
  'y',
  'width',
  'height',
  'verdict',
  'name',
  'identity',
  'distance',
  'error',
  'message',
]

/** @throws AppError wrong-use while the job runs */
export function exportAnswers(jobs: Jobs, { job, format }: ExportRequest): { name: string; text: string } {
  const { state, startedAt } = jobs.get(job)
  if (state === 'running' || state === 'cancelling')
    throw new AppError('wrong-use', 'The answers can be saved once the run has ended or is cancelled.')
  const rows = jobs.rows(job, 'identify', 0, Infinity).rows as IdentifyRow[]
  const name = `semblance-${new Date(startedAt).toISOString().slice(0, 10)}.${format}`
  if (format === 'json') return { name, text: `${JSON.stringify(rows.map(asJson), null, 2)}\n` }
  return { name, text: table([HEAD, ...rows.flatMap(asCells)]) }
}

/** The shape the command line prints, a picture an object. */
function asJson({ path, answer, error }: IdentifyRow) {
  if (!answer) return { path, error }
  return {
    path,
    found: answer.found.map(({ box, verdict, candidates }) => ({
      box,
      verdict,
      candidates: candidates.map(({ identityId: id, name, distance }) => ({ id, name, distance })),
    })),
  }
}

/** A line for each face or object; one line for a picture in which nothing is found or that could not be read. */
function asCells({ path, answer, error }: IdentifyRow): (string | number | undefined)[][] {
  if (!answer) return [[path, ...Array<undefined>(9).fill(undefined), error?.code, error?.message]]
  if (answer.found.length === 0) return [[path, 0]]
  return answer.found.map(({ box, verdict, candidates: [nearest] }, at) => {
    const who = verdict === 'known' ? nearest : undefined
    return [
      path,
      at + 1,
      Math.round(box.x),
      Math.round(box.y),
      Math.round(box.width),
      Math.round(box.height),
      verdict,
      who?.name,
      who?.identityId,
      nearest && Number(nearest.distance.toFixed(4)),
    ]
  })
}
