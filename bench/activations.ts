import { residual, type ActivationOrder } from '../src-main/engine/networks/residual.ts'
import { compareArchitectures, type Architecture } from './architectures.ts'
import type { BenchOptions } from './options.ts'
import { DEEP, IDENTITY, report, SIZE } from './shortcuts.ts'

const row = (key: string, order: ActivationOrder, value: number): Architecture => ({
  key,
  network: residual({ ...DEEP, order }),
  reference: { what: 'He et al., 110 layers', value },
})

const ROWS: readonly Architecture[] = [
  row(IDENTITY, 'original', 6.61),
  row('batch norm after addition, 32 layers', 'norm-after-addition', 8.17),
  row('ReLU before addition, 32 layers', 'relu-before-addition', 7.84),
  row('ReLU-only pre-activation, 32 layers', 'relu-only-pre-activation', 6.71),
  row('full pre-activation, 32 layers', 'full-pre-activation', 6.37),
]

/** The lecture's table of activations (He et al., 2016, arXiv:1603.05027, table 2) in small. */
export async function activationsBench(options: BenchOptions): Promise<void> {
  await compareArchitectures({ bench: 'activations', list: ROWS, ...SIZE, report: (found) => report(found, ROWS, { what: 'order', first: 'original, 32 layers' }) }, options)
} // prettier-ignore
