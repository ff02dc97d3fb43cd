import type { Command } from 'commander'
import { withCore } from '../core.ts'
import { act, EXIT, verb } from '../run.ts'

/** `semblance losses` */
export function addLosses(program: Command): void {
  const command = verb(program, 'losses', 'List the losses that a network from scratch may be trained with.', [
    'semblance losses',
    'semblance train digits/ --loss softmax',
  ])
  act(command, async (run) => {
    for (const loss of await withCore(run, (core) => core.api.losses()))
      run.output.answer(loss, `${loss.name}\n  ${loss.title}. ${loss.words}`)
    return EXIT.done
  })
}
