import type { Figure } from '../training/network.ts'
import { residual, type Residual } from './residual.ts'

/**
 * Units of BiT (Kolesnikov et al., 2019, "Big Transfer", arXiv:1912.11370): full pre-activation, bottlenecks, group norm in
 * place of batch norm and standardised kernels, so that a picture's embedding never hangs on its batch.
 *
 *   x ─────────── (1 × 1 where the size changes) ───────────┐
 *   └ GN ─ ReLU ─ 1 × 1 ─ GN ─ ReLU ─ 3 × 3 ─ GN ─ ReLU ─ 1 × 1 ─ (+)
 *
 *   B × 28 × 28 × 1;  stem B × 28 × 28 × 16;  units B × 28 × 28 × 64, B × 14 × 14 × 128, B × 7 × 7 × 256;  B × 128
 */
export function bigTransfer(options: Omit<Residual, 'order' | 'normalisation'> = {}): Figure {
  return residual({
    ...{ bottleneck: true, widths: [64, 128, 256], change: 'projection' },
    ...options,
    ...{ order: 'full-pre-activation', normalisation: 'group' },
  })
}
