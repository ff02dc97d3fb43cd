import type { ModelDetail, Run as LearningRun } from '../contract/types.ts'
import type { Core } from './core.ts'
import { EXIT, type Run } from './run.ts'
import { counted, printable } from './text.ts'

/** Shows what came of a run. @returns exit code */
export async function conclude(core: Core, run: Run, ended: LearningRun): Promise<number> {
  const detail = ended.model === undefined ? undefined : await core.api.model(ended.model)
  const { comparison } = detail ?? {}
  const verdict = comparison && {
    verdict: comparison.verdict,
    reason: comparison.reason,
    difference: comparison.difference,
  }
  run.output.answer(
    { run: runJson(ended), ...(detail && { model: { id: detail.id, title: detail.title, ...verdict } }) },
    [
      runText(ended),
      ...(detail
        ? [
            made(ended, detail) ??
              `Challenger ${detail.title} (${detail.id}): ${comparison?.verdict ?? 'not compared'}. ${comparison?.reason ?? ''}`,
          ]
        : []),
    ].join('\n'),
  )
  return ended.state === 'done' ? EXIT.done : EXIT.failed
}

/** Of the first network of a profile. */
function made({ profileName }: LearningRun, { state, profile, id }: ModelDetail): string | undefined {
  if (profileName === undefined || state !== 'live') return undefined
  return `The profile ${printable(profileName)} (${profile}) answers with it (${id}): --profile ${shown(profileName)} enrols, verifies and identifies.`
}

const shown = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(printable(name)))

/** The stable shape of docs/cli.md. */
export function runJson(run: LearningRun) {
  const { id, title, state, config, why, folder, step, steps, photos, identities, backend, notices, problem, model } =
    run
  const { profile, profileName } = run
  return {
    ...{ id, title, state, config, why, folder, step, steps, photos, identities },
    ...(profileName !== undefined && { profile, profileName }),
    ...(backend !== undefined && { backend }),
    ...(notices.length > 0 && { notices }),
    ...(problem && { problem }),
    ...(model !== undefined && { model }),
  }
}

export function runText({ title, state, config, photos, identities, problem }: LearningRun): string {
  const about = `${counted(photos, 'photo')}, ${counted(identities, 'identity', 'identities')}`
  return `${title} is ${state}: recipe "${config.recipe}", ${about}.${problem ? ` ${problem.message}` : ''}`
}
