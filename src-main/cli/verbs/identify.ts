import type { Command } from 'commander'
import { join } from 'node:path'
import { asAppError } from '../../contract/errors.ts'
import type { IdentifiedFace, IdentifyRow, Problem } from '../../contract/types.ts'
import { adopt, boxText, withCore, type Core } from '../core.ts'
import { followJob } from '../follow-job.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { distanceText, printable } from '../text.ts'

/** `semblance identify IMAGE|FOLDER…` */
export function addIdentify(program: Command): void {
  const command = verb(program, 'identify', 'Name every face, or the object, in pictures or folders of pictures.', [
    'semblance identify door.jpg',
    'semblance identify --json holiday-photos/ > answers.jsonl',
  ]).argument('<image-or-folder...>', 'pictures, and folders with pictures')

  act(command, async (run, paths) => {
    const tally = await withCore(run, (core) => identifyPaths(core, run, paths))
    return tally.failedByName > 0 || tally.answered === 0 ? EXIT.failed : EXIT.done
  })
}

/** What a folder holds besides pictures is part of the answer; a picture that was named and cannot be looked at is a failure. */
interface Tally {
  answered: number
  failedByName: number
}

/** Pictures go into one run, each folder into one of its own. */
async function identifyPaths(core: Core, run: Run, paths: readonly string[]): Promise<Tally> {
  const tally: Tally = { answered: 0, failedByName: 0 }
  const show = (path: string, row: Pick<IdentifyRow, 'answer' | 'error'>, named: boolean) => {
    if (row.answer) tally.answered += 1
    else if (named) tally.failedByName += 1
    run.output.answer(rowJson(path, row), rowText(path, row))
  }
  const pictures = new Map<string, string>()
  const flush = async () => {
    if (pictures.size === 0) return
    const asked = new Map(pictures)
    pictures.clear()
    await identifyJob(core, run, [...asked.keys()], (row) => show(asked.get(row.token) ?? row.path, row, true))
  }
  for (const path of paths) {
    try {
      const { token, isFolder } = await adopt(core, path)
      if (!isFolder) {
        pictures.set(token, path)
        continue
      }
      await flush()
      await identifyJob(core, run, [token], (row) => show(join(path, row.path), row, false))
    } catch (caught) {
      const { code, message } = asAppError(caught)
      if (code === 'core-stopped' || code === 'cancelled') throw caught
      await flush()
      show(path, { error: { code, message } }, true)
    }
  }
  await flush()
  return tally
}

async function identifyJob(core: Core, run: Run, tokens: string[], onRow: (row: IdentifyRow) => void): Promise<void> {
  const job = await core.api.startIdentify({ pictures: tokens, profile: run.profile })
  await followJob(core, run, job, (request) => core.api.identifyRows(request), onRow)
}

/** The stable shape of docs/cli.md. */
export function rowJson(path: string, { answer, error }: { answer?: IdentifyRow['answer']; error?: Problem }) {
  if (error || !answer)
    return { path, error: { code: error?.code ?? 'internal', message: error?.message ?? 'No answer.' } }
  return {
    path,
    found: answer.found.map(({ box, verdict, candidates }) => ({
      box,
      verdict,
      candidates: candidates.map(({ identityId, name, distance }) => ({ id: identityId, name, distance })),
    })),
  }
}

/** "Ada · distance 0.612", or unknown with the nearest. */
export function faceText({ verdict, candidates }: Pick<IdentifiedFace, 'verdict' | 'candidates'>): string {
  const [first] = candidates
  if (first === undefined) return 'unknown · the gallery is empty'
  const nearest = `${printable(first.name)} · distance ${distanceText(first.distance)}`
  return verdict === 'known' ? nearest : `unknown · nearest ${nearest}`
}

function rowText(path: string, { answer, error }: Pick<IdentifyRow, 'answer' | 'error'>): string {
  if (error || !answer) return `${printable(path)}: ${error?.message ?? 'no answer'}`
  if (answer.found.length === 0) return `${printable(path)}: nothing found`
  return answer.found.map((face) => `${printable(path)}: ${faceText(face)} (${boxText(face.box)})`).join('\n')
}
