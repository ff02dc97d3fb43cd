import { distributions, embed, oneOfEach, type Known } from '../lab/measure.ts'
import type { Pictures } from '../training/augment.ts'
import type { Network, Stored } from '../training/network.ts'
import { lossOf, lossParameters, type Trained } from '../training/predictions.ts'
import { createRandom } from '../training/random.ts'
import type { Teacher, TrainData } from '../training/train-network.ts'

/** Draws of one reference of each class, for losses that judge by those. */
const DRAWS = 5
/** A picture whose likeliest class is less likely than this teaches nothing (Xie et al., 2020, section 3.1). */
const LEAST = 0.3

export interface NamingTeacher {
  readonly names: Teacher
  dispose(): void
}

/**
 * A network of its own that names pictures as they are: without noise, softly, as the mean over draws of references where its loss
 * judges by those.
 */
export function createTeacher(
  spec: Trained & { readonly seed: number },
  weights: ReadonlyMap<string, Stored>,
  data: TrainData & { readonly unlabelled: Pictures },
): NamingTeacher {
  const network = spec.network.another(0)
  const trained = { ...spec, network }
  lossParameters(trained, data.classes)
  network.write(weights)
  const known: Known = {
    pictures: data.labelled,
    labels: data.labels,
    classes: data.classes,
    labelled: Int32Array.from({ length: data.labels.length }, (_, i) => i),
  }
  const random = createRandom(spec.seed)
  const draws = Array.from({ length: lossOf(spec).scores ? 1 : DRAWS }, () =>
    embed(trained, data.labelled, oneOfEach(known, random)),
  )
  return {
    names(places) {
      const probes = embed(trained, data.unlabelled, places)
      const targets = new Float32Array(places.length * data.classes)
      for (const stands of draws)
        distributions(trained, probes, stands).values.forEach((p, i) => (targets[i]! += p / draws.length))
      const weights = Float32Array.from(places, (place, row) => {
        const most = Math.max(...targets.subarray(row * data.classes, (row + 1) * data.classes))
        return most < LEAST ? 0 : (data.weights?.[place] ?? 1)
      })
      return { targets, weights }
    },
    dispose: () => network.dispose(),
  }
}

/** Gives the network weights as if it were made of another seed, those of its loss too. */
export function drawAnew(spec: Trained, classes: number, seed: number): void {
  const { network } = spec
  const fresh: Network = network.another(seed)
  try {
    lossParameters(spec, classes)
    lossParameters({ ...spec, network: fresh }, classes)
    network.write(fresh.read())
  } finally {
    fresh.dispose()
  }
}
