import type { Command } from 'commander'
import { join } from 'node:path'
import { dataFolder } from '../../core/data-folder.ts'
import { resourcesFolder } from '../../core/places.ts'
import type { Check } from '../doctor/check.ts'
import { checkDisk, checkFolder, checkModels, checkNode, checkWindow } from '../doctor/machine.ts'
import { checkGallery, checkSamples } from '../doctor/program.ts'
import { act, EXIT, stopIfCancelled, verb } from '../run.ts'

/** `semblance doctor` */
export function addDoctor(program: Command): void {
  const command = verb(program, 'doctor', 'Examine the installation and say what to do about what is wrong.', [
    'semblance doctor',
  ])
  act(command, async (run) => {
    const folder = dataFolder(run.data, process.env, process.platform)
    const examinations: (() => Check | Check[] | Promise<Check | Check[]>)[] = [
      checkNode,
      () => checkModels(resourcesFolder),
      () => checkFolder(folder),
      () => checkDisk(folder),
      () => checkWindow(join(resourcesFolder, '..'), process.env),
      () => checkGallery(run),
      () => checkSamples(run),
    ]
    let failed = false
    for (const examine of examinations) {
      stopIfCancelled(run)
      for (const check of [await examine()].flat()) {
        failed ||= check.result === 'fail'
        run.output.answer(check, checkText(check))
      }
    }
    return failed ? EXIT.failed : EXIT.done
  })
}

function checkText({ check, result, detail, remedy }: Check): string {
  const line = `${result.padEnd(4)}  ${check.padEnd(12)}  ${detail}`
  return remedy === undefined ? line : `${line}\n      ${''.padEnd(12)}  → ${remedy}`
}
