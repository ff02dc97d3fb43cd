import { evaluateIdentities } from '../src-main/app/evaluation/identities-protocol.ts'
import type { Estimate } from '../src-main/app/evaluation/resampled.ts'
import { percent } from '../src-main/app/evaluation/spread.ts'
import { row } from '../src-main/engine/heads/matrix.ts'
import { faceLooks, faceSet } from './face-set.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const BACKEND = 'tfjs-node'
const SEEDS = [1, 2, 3, 4, 5]

/** Identification 1:N on lfw-dev as `semblance evaluate --identities` does it: one picture a person enrolled, closed and open set. */
export async function lfwIdentificationBench({ steps }: BenchOptions): Promise<void> {
  const set = await faceSet(steps)
  const { embeddings } = await faceLooks(set, BACKEND)
  const byName = new Map<string, Float32Array[]>()
  set.pictures.forEach(({ identity }, i) => byName.set(identity, [...(byName.get(identity) ?? []), row(embeddings, i)]))
  const identities = [...byName].map(([name, pictures]) => ({ name, pictures }))
  const runs = SEEDS.map((seed) => evaluateIdentities(identities, { shots: 1, draws: 1, seed }))
  const all = evaluateIdentities(identities, { shots: 1, draws: SEEDS.length, seed: SEEDS[0]! })
  const half = identities.length >> 1
  const between = ({ low, high }: Estimate) => `95 %: ${percent(low).toFixed(2)} to ${percent(high).toFixed(2)}`
  const figure = (name: string, unit: string, values: number[]): Figure => ({
    name,
    unit,
    values,
    backend: BACKEND,
    seeds: SEEDS,
  })
  const open = (fpir: '0.1' | '0.01') =>
    figure(
      `FNIR at FPIR ${fpir}, open set: ${half} of ${identities.length} identities enrolled (${between(all.openSet!.fnirAtFpir[fpir])})`,
      '% of mated searches missed',
      runs.map(({ openSet }) => 100 * openSet!.fnirAtFpir[fpir].value),
    )
  const figures = [
    figure(
      `rank-1, closed set: ${identities.length} identities with one reference each, ${all.probes} probes (${between(all.rank1Estimate)})`,
      '% of probes right',
      runs.map(({ rank1 }) => 100 * rank1),
    ),
    open('0.1'),
    open('0.01'),
  ]
  if (steps !== undefined) console.log(figures)
  else
    writeResults('lfw-identification', figures, 'npm run bench -- lfw-identification', [
      'Five draws of the references, and of who is enrolled. Intervals are over all draws, with identities drawn again.',
      `Open set over all draws, as threshold: FPIR, FNIR: ${all.openSet!.curve.map(({ threshold, fpir, fnir }) => `${threshold.toFixed(3)}: ${percent(fpir)} %, ${percent(fnir)} %`).join(' · ')}.`,
    ])
}
