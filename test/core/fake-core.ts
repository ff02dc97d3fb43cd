import { serveCore } from '../../src-main/core/serve-core.ts'
import { fakeEngine } from './fixture.ts'

/** A core process as main.ts makes it, with the engine that has no networks. */
const [, , dataFolder, resources] = process.argv
serveCore({ dataFolder: dataFolder!, resources: resources!, engineScript: fakeEngine })
