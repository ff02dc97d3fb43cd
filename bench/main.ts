import { calibrateBench } from './calibrate.ts'
import { DataAbsent } from './data.ts'
import { facesFoundBench } from './faces-found.ts'
import { killsBench } from './kills.ts'
import { lfwBench } from './lfw.ts'
import { objectsBench } from './objects.ts'
import { speedBench } from './speed.ts'

const BENCHES: Record<string, () => Promise<void>> = {
  calibrate: calibrateBench,
  lfw: lfwBench,
  objects: objectsBench,
  'faces-found': facesFoundBench,
  speed: speedBench,
  kills: killsBench,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in BENCHES))
if (names.length === 0 || unknown.length > 0) {
  console.error(`Usage: npm run bench -- NAME…, where NAME is one of ${Object.keys(BENCHES).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const name of names) {
    try {
      await BENCHES[name]!()
    } catch (error) {
      if (!(error instanceof DataAbsent)) throw error
      console.error(error.message)
      process.exitCode = 1
    }
  }
}
