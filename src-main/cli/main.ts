import { Command, CommanderError } from 'commander'
import { logDefectsAlone } from '../core/log.ts'
import { endWithReader } from './output.ts'
import { EXIT } from './run.ts'
import { addAnalogy } from './verbs/analogy.ts'
import { addAttributes } from './verbs/attributes.ts'
import { addBackends } from './verbs/backends.ts'
import { addCompare } from './verbs/compare.ts'
import { addDemo } from './verbs/demo.ts'
import { addDoctor } from './verbs/doctor.ts'
import { addEnroll } from './verbs/enroll.ts'
import { addEvaluate } from './verbs/evaluate.ts'
import { addGallery } from './verbs/gallery.ts'
import { addIdentify } from './verbs/identify.ts'
import { addImport } from './verbs/import.ts'
import { addLosses } from './verbs/losses.ts'
import { addModels } from './verbs/models.ts'
import { addProfiles } from './verbs/profiles.ts'
import { addRuns } from './verbs/runs.ts'
import { addSimilar } from './verbs/similar.ts'
import { addTrain } from './verbs/train.ts'
import { addTriage } from './verbs/triage.ts'
import { addVerify } from './verbs/verify.ts'

function createProgram(): Command {
  const program = new Command('semblance')
    .description('Recognises people and things from one example each, on this machine.')
    .helpCommand(false)
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExample:\n  $ semblance enroll Ada ada.jpg\n  $ semblance identify door.jpg\n\nExit codes: 0 done, 1 failed, 2 wrong use. docs/cli.md describes the --json answers.\n',
    )
  for (const add of [
    addEnroll,
    addImport,
    addVerify,
    addIdentify,
    addAnalogy,
    addGallery,
    addTriage,
    addTrain,
    addLosses,
    addCompare,
    addRuns,
    addModels,
    addProfiles,
    addAttributes,
    addSimilar,
    addEvaluate,
    addBackends,
    addDoctor,
    addDemo,
  ]) {
    add(program)
  }
  return program
}

logDefectsAlone(process.env)
endWithReader()
try {
  await createProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Help that was asked for ends with 0; commander has said what is wrong otherwise.
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.wrongUse
}
