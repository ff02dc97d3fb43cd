import { beforeAll, describe } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { balance } from '../../../src-main/engine/losses/balance.ts'
import { distanceRatio } from '../../../src-main/engine/losses/distance-ratio.ts'
import { crossEntropyTo, minimumEntropy } from '../../../src-main/engine/losses/minimum-entropy.ts'
import { objective } from '../../../src-main/engine/losses/objective.ts'
import { symmetricCrossEntropy } from '../../../src-main/engine/losses/symmetric-cross-entropy.ts'
import { triplet } from '../../../src-main/engine/losses/triplet.ts'
import { backends, resources } from '../fixture.ts'
import { balanced, entropy, ratio, symmetric, triplets } from './definitions.ts'
import { laws } from './laws.ts'

const d = { squared: false }
const d2 = { squared: true }
const sharp = { squared: true, scale: 5 }

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  laws(
    'distance ratio over d',
    (t) => distanceRatio(t.p(d), t.indicator()),
    (s) => ratio(s, d),
  )
  laws(
    'distance ratio over d²',
    (t) => distanceRatio(t.p(d2), t.indicator()),
    (s) => ratio(s, d2),
  )
  laws(
    'distance ratio over 5 d²',
    (t) => distanceRatio(t.p(sharp), t.indicator()),
    (s) => ratio(s, sharp),
  )
  laws(
    'distance ratio to a distribution, weighed',
    (t) => distanceRatio(t.p(d2), t.target, t.weight),
    (s) => ratio(s, d2, true, s.weight),
  )
  laws(
    'minimum entropy over d',
    (t) => minimumEntropy(t.p(d)),
    (s) => entropy(s, d),
  )
  laws(
    'minimum entropy over d², weighed',
    (t) => minimumEntropy(t.p(d2), t.weight),
    (s) => entropy(s, d2, s.weight),
  )
  laws(
    'cross-entropy to an overlap, weighed',
    (t) => crossEntropyTo(t.p(d), t.target, t.weight),
    (s) => ratio(s, d, true, s.weight),
  )
  laws(
    'balance',
    (t) => balance(t.p(d2)),
    (s) => balanced(s.x, s.z, d2),
  )
  laws(
    'balance over d, weighed',
    (t) => balance(t.p(d), t.weight),
    (s) => balanced(s.x, s.z, d, [...s.weight]),
  )
  laws(
    'symmetric cross-entropy over d',
    (t) => symmetricCrossEntropy(t.p(d), t.q(d)),
    (s) => symmetric(s, d),
  )
  laws(
    'symmetric cross-entropy over d², weighed',
    (t) => symmetricCrossEntropy(t.p(d2), t.q(d2), t.weight),
    (s) => symmetric(s, d2, s.weight),
  )
  laws(
    'the objective',
    (t) => {
      const labelled = t.made(distanceRatio(t.p(d), t.indicator()))
      const unlabelled = t.made(minimumEntropy(t.q(d)))
      const even = t.made(balance(t.q(d)))
      return objective({ labelled, unlabelled, balance: even }, { labelled: 3, unlabelled: 0.5, balance: 2 })
    },
    (s) => 3 * ratio(s, d) + 0.5 * entropy({ ...s, x: s.second }, d) + 2 * balanced(s.second, s.z, d),
  )
  for (const mining of ['all', 'semi-hard', 'batch-hard'] as const)
    laws(
      `triplet, ${mining}`,
      (t) => triplet(t.x, t.labels, { mining }),
      (s) => triplets(s.x, s.labels, mining),
    )
})
