import type { Calibration, Profile, Thresholds } from '../../src-main/contract/types.ts'

/** A calibration as a file would hold it, for a test that needs none that is measured. */
export function calibration(profile: Profile, model: string, thresholds: Partial<Thresholds> = {}): Calibration {
  const limits = { same: 0.9, different: 1.2, known: 1, ...thresholds }
  const rates = (distance: number) => ({ distance, fmr: 0.001, fnmr: 0.01 })
  const histogram = { low: 0, width: 0.5, counts: [1, 2, 3, 4] }
  return {
    profile,
    model,
    thresholds: limits,
    rates: { same: rates(limits.same), different: rates(limits.different), known: rates(limits.known) },
    genuine: histogram,
    impostor: histogram,
    genuinePairs: 10,
    impostorPairs: 10,
    source: { data: 'a test', identities: 2, pictures: 4, command: 'none' },
  }
}
