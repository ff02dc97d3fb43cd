import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import type { Run as LearningRun } from '../../contract/types.ts'
import { withCore, type Core } from '../core.ts'
import { followRun } from '../follow-run.ts'
import { act, EXIT, verb } from '../run.ts'
import { conclude, runJson, runText } from '../show-run.ts'
import { counted, printable } from '../text.ts'

/** `semblance runs list|show|resume|cancel` */
export function addRuns(program: Command): void {
  const runs = program.command('runs').description('Looks at training runs, goes on with them and cancels them.')

  act(verb(runs, 'list', 'Every run, newest first.', ['semblance runs list']), (run) =>
    withCore(run, async (core) => {
      const all = await core.api.runs()
      run.output.table(
        all.map(runJson),
        ['run', 'state', 'recipe', 'photos', 'folder', 'id'],
        all.map(({ title, state, config, photos, folder, id }) => [title, state, config.recipe, photos, folder, id]),
      )
      return EXIT.done
    }),
  )

  const show = verb(runs, 'show', 'One run with its points.', ['semblance runs show "Run 1"'])
  act(show.argument('<run>', 'id or title'), (run, [name]) =>
    withCore(run, async (core) => {
      const one = await findRun(core, name!)
      const points = await core.api.runPoints({ run: one.id, from: 0 })
      run.output.answer({ run: runJson(one), points }, `${runText(one)}\n${counted(points.length, 'point')}`)
      return EXIT.done
    }),
  )

  const resume = verb(runs, 'resume', 'Go on with a paused or interrupted run.', ['semblance runs resume "Run 1"'])
  act(resume.argument('<run>', 'id or title'), (run, [name]) =>
    withCore(run, async (core) => {
      const started = await core.api.resumeRun((await findRun(core, name!)).id)
      return conclude(
        core,
        run,
        await followRun(core, run, started, (point) => run.output.answer({ point }, `step ${point.step}`)),
      )
    }),
  )

  const cancel = verb(runs, 'cancel', 'Cancel a run.', ['semblance runs cancel "Run 1"'])
  act(cancel.argument('<run>', 'id or title'), (run, [name]) =>
    withCore(run, async (core) => {
      const one = await core.api.cancelRun((await findRun(core, name!)).id)
      run.output.answer({ run: runJson(one) }, runText(one))
      return EXIT.done
    }),
  )
}

/** @throws AppError not-found */
async function findRun(core: Core, name: string): Promise<LearningRun> {
  const found = (await core.api.runs()).find(({ id, title }) => id === name || title === name)
  if (!found) throw new AppError('not-found', `There is no run ${printable(name)}; "semblance runs list" shows all.`)
  return found
}
