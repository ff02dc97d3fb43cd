import type { Calibration } from '../../src-main/contract/types.ts'

/** Ten bins of a tenth: genuine pairs from 0.1 to 0.6, impostor pairs from 0.5 to 1. */
export const calibration: Calibration = {
  profile: 'face',
  model: 'a network',
  thresholds: { same: 0.4, different: 0.7, known: 0.45 },
  rates: {
    same: { distance: 0.4, fmr: 0, fnmr: 0.1 },
    different: { distance: 0.7, fmr: 0.1, fnmr: 0 },
    known: { distance: 0.45, fmr: 0, fnmr: 0.1 },
  },
  genuine: { low: 0, width: 0.1, counts: [0, 10, 40, 30, 15, 5, 0, 0, 0, 0] },
  impostor: { low: 0, width: 0.1, counts: [0, 0, 0, 0, 0, 4, 16, 80, 60, 40] },
  genuinePairs: 100,
  impostorPairs: 200,
  source: { data: 'pairs made for this test', identities: 20, pictures: 40, command: 'none' },
}
