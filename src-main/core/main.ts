import { parseArgs } from 'node:util'
import { dataFolder } from './data-folder.ts'
import { engineScript, resourcesFolder } from './places.ts'
import { serveCore } from './serve-core.ts'

/** The core process of a window. */
const { values } = parseArgs({
  options: { data: { type: 'string' }, backend: { type: 'string' }, resources: { type: 'string' } },
})
if (!process.send) {
  process.stderr.write('core: it is started by a shell\n')
  process.exit(2)
}
process.umask(0o077)

serveCore({
  dataFolder: dataFolder(values.data, process.env, process.platform),
  resources: values.resources ?? resourcesFolder,
  engineScript,
  backend: values.backend,
})
