import { compiled } from '../backends/session.ts'
import { rowByRow } from '../features.ts'
import type { HeadData } from '../heads/data.ts'
import { matrix, type Matrix } from '../heads/matrix.ts'
import { tf, type Tensor4D } from '../tf.ts'
import type { Parameters } from '../weights.ts'
import type { Cut } from './cut.ts'
import { OWN_LOOKS, type Looks } from './looks.ts'

export type FeatureRows = Pick<HeadData, 'photos' | 'photoViews' | 'references' | 'referenceViews'>

const AT_ONCE = 8

/**
 * Raw features of everything under some weights: of a crop the mean of both of its own looks, as a head takes them in a look.
 * @param p weights behind the cut; they must not change while this runs
 */
export function featuresOf(cut: Cut, looks: Looks, p: Parameters): FeatureRows {
  const forward = compiled((x) => [cut.after(p, x)], [AT_ONCE, ...cut.shape])
  const { photos, references, views } = looks
  const each = OWN_LOOKS + views

  function network(from: number, count: number): Float32Array[] {
    const all = Array.from({ length: count * each }, (_, i) => [from + Math.floor(i / each), i % each] as const)
    const out: Float32Array[] = []
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const part = all.slice(at, at + AT_ONCE)
      // The graph takes whole batches; what fills the last one is thrown away.
      const filled = [...part, ...Array.from({ length: AT_ONCE - part.length }, () => part[0]!)]
      const values = tf.tidy(() => forward(looks.at(filled) as Tensor4D)[0]!.dataSync() as Float32Array)
      const size = values.length / AT_ONCE
      part.forEach((_, i) => out.push(values.slice(i * size, (i + 1) * size)))
    }
    return out
  }

  function rows(from: number, count: number): { own: Matrix; viewed: Matrix } {
    const made = network(from, count)
    const joined = (values: Float32Array, place: number, look: number) => {
      const beside = looks.beside(place, look)
      const row = new Float32Array(values.length + beside.length)
      row.set(values)
      row.set(beside, values.length)
      return row
    }
    const own: Float32Array[] = []
    const viewed: Float32Array[] = []
    for (let i = 0; i < count; i++) {
      const [first, second] = [made[i * each]!, made[i * each + 1]!]
      const mean = first.map((value, d) => (value + second[d]!) / 2)
      own.push(joined(mean, from + i, 0))
      for (let look = OWN_LOOKS; look < each; look++) viewed.push(joined(made[i * each + look]!, from + i, look))
    }
    return { own: tableOf(own), viewed: tableOf(viewed) }
  }

  try {
    const [folder, enrolled] = [rows(0, photos), rows(photos, references)]
    return {
      photos: folder.own,
      photoViews: folder.viewed,
      references: enrolled.own,
      referenceViews: enrolled.viewed,
    }
  } finally {
    forward.dispose()
  }
}

const tableOf = (rows: readonly Float32Array[]): Matrix => matrix(rows.length, rows[0]?.length ?? 0, rowByRow(rows))
