import type { Command } from 'commander'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { TRIAGE_KINDS, type Triage, type TriageItem } from '../../contract/types.ts'
import { adopt, boxText, withCore, type Core } from '../core.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, distanceText, printable } from '../text.ts'

const PAGE = 500

/** `semblance triage DIR` */
export function addTriage(program: Command): void {
  const command = verb(program, 'triage', 'Say what each photo of a folder is, before anything is learned from it.', [
    'semblance triage --profile object shelf-photos/',
    'semblance triage --json holiday-photos/ > triage.jsonl',
  ]).argument('<folder>', 'folder with photos')

  act(command, (run, [folder]) =>
    withCore(run, async (core) => {
      const triage = await triageFolder(core, run, folder!)
      for (let offset = 0; ; offset += PAGE) {
        const { items, total } = await core.api.triageItems({ triage: triage.id, offset, limit: PAGE })
        for (const item of items) run.output.answer(itemJson(folder!, item), itemText(folder!, item))
        if (offset + PAGE >= total) break
      }
      const { counts, groups, identities, rule, refusal, advice } = triage
      const summary = { triage: triage.id, counts, groups: groups.length, identities, rule }
      const reason = refusal && { code: refusal.code, message: refusal.message }
      run.output.answer(
        { summary: { ...summary, ...(advice && { advice }), ...(reason && { refusal: reason }) } },
        summaryText(triage),
      )
      return refusal ? EXIT.failed : EXIT.done
    }),
  )
}

/** Looks through a folder. @throws AppError wrong-use for what is no folder; cancelled */
export async function triageFolder(core: Core, run: Run, folder: string): Promise<Triage> {
  const { token, isFolder } = await adopt(core, folder)
  if (!isFolder) throw new AppError('wrong-use', `${folder} is not a folder.`)
  const job = await core.api.startTriage({ folder: token, profile: run.profile })
  await followJob(
    core,
    run,
    job,
    async () => ({ rows: [], total: 0 }),
    () => undefined,
  )
  return core.api.triage(job.id)
}

function itemJson(folder: string, item: TriageItem) {
  const { index, path, kind, box, of, group, nearest, weight, problem } = item
  return {
    index,
    path: join(folder, path),
    kind,
    weight,
    ...(box && { box }),
    ...(of !== undefined && { of }),
    ...(group !== undefined && { group }),
    ...(nearest && { nearest: { id: nearest.identityId, name: nearest.name, distance: nearest.distance } }),
    ...(problem && { reason: { code: problem.code, message: problem.message } }),
  }
}

function itemText(folder: string, { path, kind, box, of, group, nearest, problem }: TriageItem): string {
  const more = [
    box && boxText(box),
    of === undefined ? undefined : `of item ${of}`,
    group && `group ${group}`,
    nearest && `nearest ${printable(nearest.name)} · distance ${distanceText(nearest.distance)}`,
    problem?.message,
  ]
  return [kind, printable(join(folder, path)), ...more.filter((text) => text !== undefined)].join(' · ')
}

function summaryText({ counts, groups, refusal, advice }: Triage): string {
  const kinds = TRIAGE_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`)
  const lines = [kinds.join(', ') || 'nothing in the folder', counted(groups.length, 'group')]
  if (refusal) lines.push(`Nothing can be learned from it: ${refusal.message}`)
  if (advice) lines.push(`Recipe "${advice.recipe}": ${advice.reason}`)
  return lines.join('\n')
}
