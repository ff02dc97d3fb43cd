import { fork } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resourcesFolder, trainerScript } from '../../../src-main/core/places.ts'

/** Starts a trainer that is busy, and tells of it once it is. */
const child = fork(trainerScript, ['--resources', resourcesFolder], {
  execArgv: ['--import', pathToFileURL(join(import.meta.dirname, 'busy.ts')).href],
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
})
child.on('message', () => process.send!(child.pid))
