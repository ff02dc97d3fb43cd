import type { Command } from 'commander'
import type { BackendTrial } from '../../contract/types.ts'
import { withCore } from '../core.ts'
import { act, EXIT, verb } from '../run.ts'

/** `semblance backends` */
export function addBackends(program: Command): void {
  const command = verb(program, 'backends', 'Try each backend and say why it can or cannot be used.', [
    'semblance backends',
  ])
  act(command, async (run) => {
    const trials = await withCore(run, (core) => core.api.backends())
    for (const trial of trials) run.output.answer(trial, trialText(trial))
    return trials.some(usable) ? EXIT.done : EXIT.failed
  })
}

export const usable = (trial: BackendTrial) => trial.available && trial.selfTest?.passed === true

export function trialText({ name, available, reason, remedy, selfTest }: BackendTrial): string {
  const test = selfTest ? ` · self-test ${selfTest.passed ? 'passed' : 'failed'} in ${Math.round(selfTest.ms)} ms` : ''
  const lines = [`${name.padEnd(13)} ${available ? 'available' : 'not available'}${test}`, `  ${reason}`]
  if (selfTest && !selfTest.passed) lines.push(`  ${selfTest.detail}`)
  if (remedy) lines.push(`  ${remedy}`)
  return lines.join('\n')
}
