import { denseNet } from '../src-main/engine/networks/dense-net.ts'
import { fractal } from '../src-main/engine/networks/fractal.ts'
import { highway } from '../src-main/engine/networks/highway.ts'
import { residual } from '../src-main/engine/networks/residual.ts'
import { resnetInResnet } from '../src-main/engine/networks/resnet-in-resnet.ts'
import { compareArchitectures, EMBEDDING, percents, type Architecture, type Found } from './architectures.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'
import { DEEP, IDENTITY, SIZE } from './shortcuts.ts'
import { percent, signed } from './words.ts'

const embedding = EMBEDDING
const SHALLOW = { units: [1, 1, 1], widths: [24, 48, 80], embedding } as const
/** Of the paper on fractal networks, and of the one on stochastic depth. */
const [DROP_PATH, SKIPPED] = [{ local: 0.15, global: 0.5 }, 0.5] as const

interface Pair {
  readonly family: string
  readonly shallow: Architecture
  readonly deep: Architecture
}

/** All of 137,000 to 146,000 parameters; layers are convolutions on the longest way, and the linear one. */
export const PAIRS: readonly Pair[] = [
  {
    family: 'plain',
    shallow: { key: 'plain, 8 layers', network: residual({ ...SHALLOW, shortcut: 'none' }) },
    deep: { key: 'plain, 32 layers', network: residual({ ...DEEP, shortcut: 'none' }) },
  },
  {
    family: 'highway',
    shallow: {
      key: 'highway, 10 layers',
      network: highway({ layers: [2, 2, 2], widths: [20, 32, 44], embedding }),
    },
    deep: {
      key: 'highway, 34 layers',
      network: highway({ layers: [10, 10, 10], widths: [9, 14, 22], embedding }),
    },
  },
  {
    family: 'residual',
    shallow: { key: 'residual, 8 layers', network: residual(SHALLOW) },
    deep: { key: IDENTITY, network: residual(DEEP) },
  },
  {
    family: 'residual with stochastic depth',
    shallow: { key: 'residual with stochastic depth, 8 layers', network: residual({ ...SHALLOW, skipped: SKIPPED }) },
    deep: { key: 'residual with stochastic depth, 32 layers', network: residual({ ...DEEP, skipped: SKIPPED }) },
  },
  {
    family: 'ResNet in ResNet',
    shallow: {
      key: 'ResNet in ResNet, 8 layers',
      network: resnetInResnet({ blocks: [1, 1, 1], widths: [24, 44, 84], embedding }),
    },
    deep: {
      key: 'ResNet in ResNet, 32 layers',
      network: resnetInResnet({ blocks: [5, 5, 5], widths: [16, 16, 32], embedding }),
    },
  },
  {
    family: 'fractal',
    shallow: { key: 'fractal, 7 layers', network: fractal({ columns: 2, widths: [24, 44, 68], embedding }) },
    deep: { key: 'fractal, 25 layers', network: fractal({ columns: 4, widths: [12, 16, 28], embedding }) },
  },
  {
    family: 'fractal with drop-path',
    shallow: {
      key: 'fractal with drop-path, 7 layers',
      network: fractal({ columns: 2, widths: [24, 44, 68], embedding, dropPath: DROP_PATH }),
    },
    deep: {
      key: 'fractal with drop-path, 25 layers',
      network: fractal({ columns: 4, widths: [12, 16, 28], embedding, dropPath: DROP_PATH }),
    },
  },
  {
    family: 'dense',
    shallow: { key: 'dense, 10 layers', network: denseNet({ layers: [1, 1, 1], growth: 31, embedding }) },
    deep: { key: 'dense, 34 layers', network: denseNet({ layers: [5, 5, 5], growth: 12, embedding }) },
  },
]

/** The texts on depth: what happens to each kind of network when it is three or four times as deep at the same number of parameters. */
export async function depthBench(options: BenchOptions): Promise<void> {
  const list = PAIRS.flatMap(({ shallow, deep }) => [shallow, deep])
  await compareArchitectures({ bench: 'depth', list, ...SIZE, report }, options)
}

export function report(found: Found): { figures: Figure[]; finding: string } {
  const { of, size, shared } = found
  const figures = PAIRS.flatMap(({ shallow, deep }) =>
    [shallow, deep].flatMap(({ key }): Figure[] => {
      const thousands = Math.round(of(key)[0]!.parameters / 1000)
      const title = `${key}, ${thousands},000 parameters`
      return [
        { name: `${title}: test error, ${size}`, unit: '%', values: percents(of(key), 'error'), ...shared },
        { name: `${title}: training error, ${size}`, unit: '%', values: percents(of(key), 'training'), ...shared },
      ]
    }),
  )
  const average = ({ key }: Architecture, what: 'error' | 'training') => {
    const values = percents(of(key), what)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const grown = (family: string, what: 'error' | 'training') => {
    const { shallow, deep } = PAIRS.find((pair) => pair.family === family)!
    return average(deep, what) - average(shallow, what)
  }
  const [plain, shortcut] = [grown('plain', 'training'), grown('residual', 'training')]
  const degraded = plain > 0 && plain > shortcut
  const others = ['highway', 'ResNet in ResNet', 'fractal', 'dense']
    .map((family) => `${family} ${signed(grown(family, 'training'))}`)
    .join(', ')
  const regular = (family: string, of: string) => {
    const [off, on] = [family, of].map((name) => PAIRS.find((pair) => pair.family === name)!)
    const change = average(on!.deep, 'error') - average(off!.deep, 'error')
    return `${of} changes the deep network's test error by ${signed(change)} points (from ${percent(average(off!.deep, 'error'))})`
  }
  return {
    figures,
    finding: [
      `That a plain network's training error rises with depth and a residual one's does so less, or not, ${degraded ? 'held' : 'did not hold'}: it changes by ${signed(plain)} points without shortcuts and by ${signed(shortcut)} with them. The other kinds: ${others}.`,
      `${regular('residual', 'residual with stochastic depth')}; ${regular('fractal', 'fractal with drop-path')}. Both are meant for long training, where a network would learn its pictures by heart; these are few steps.`,
      'At one number of parameters the deep networks are also the narrower ones; steps and rate are the same for all and tuned for none, and highway networks have no batch norm.',
    ].join(' '),
  }
}
