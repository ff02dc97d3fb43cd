import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGalleryFile } from '../../db/gallery.ts'
import { seededRandom } from '../../src-main/app/evaluation/random.ts'
import { createSearch } from '../../src-main/app/search.ts'
import { findKey } from '../../src-main/core/key.ts'
import { until, type CoreProcess } from './fixture.ts'

export interface Counts {
  kills: number
  /** Promotions that were answered before the kill. */
  acknowledged: number
  /** What was live when the gallery was opened again. */
  old: number
  new: number
  /** A live model without every embedding, or embeddings of one that is not live; an acknowledged promotion that is gone. */
  between: number
  /** Galleries that do not open, or lack a sample, a picture or an embedding that was there. */
  harmed: number
}

/**
 * SIGKILLs cores at random moments of a promotion, each on its own copy of a data folder in which nothing but the shipped
 * model was ever live. Half of the moments lie anywhere between the first sample and the last, half about the switch.
 */
export async function killPromotions(
  prepared: string,
  model: string,
  start: (data: string) => CoreProcess,
  kills: number,
  seed: number,
): Promise<Counts> {
  const random = seededRandom(seed)
  const counts: Counts = { kills: 0, acknowledged: 0, old: 0, new: 0, between: 0, harmed: 0 }
  const whole = await once(prepared, model, start)
  const each = whole.ms / whole.samples
  for (let kill = 0; kill < kills; kill++) {
    const from = kill % 2 === 0 ? Math.floor(random() * whole.samples) : whole.samples - 1
    const { data, acknowledged } = await once(prepared, model, start, { from, ms: random() * 2 * each })
    counts.kills++
    counts.acknowledged += Number(acknowledged)
    const found = inspect(data, model)
    if (found === 'harmed') counts.harmed++
    else if (found === 'between' || (acknowledged && found === 'old')) counts.between++
    else counts[found]++
    rmSync(data, { recursive: true, force: true })
  }
  rmSync(whole.data, { recursive: true, force: true })
  return counts
}

/** @param kill after so many samples are embedded, and so many milliseconds more */
async function once(
  prepared: string,
  model: string,
  start: (data: string) => CoreProcess,
  kill?: { readonly from: number; readonly ms: number },
) {
  const data = mkdtempSync(join(tmpdir(), 'semblance-promotion-'))
  cpSync(prepared, data, { recursive: true })
  const core = start(data)
  // The engine is up: what is killed is the promotion, not the start.
  await core.api.models()
  const began = performance.now()
  let ms = 0
  let acknowledged = false
  const promoted = core.api.promote({ model, anyway: true }).then(
    () => {
      acknowledged = true
      ms = performance.now() - began
    },
    () => undefined,
  )
  const done = async () => (await core.api.jobs()).find((job) => job.kind === 'promote')?.done ?? 0
  if (kill) {
    await until(async () => acknowledged || (await done()) >= kill.from)
    await new Promise((go) => setTimeout(go, kill.ms))
  } else await promoted
  const samples = kill ? 0 : await done()
  core.child.kill('SIGKILL')
  await core.ended
  await promoted
  return { data, ms, acknowledged, samples }
}

function inspect(data: string, model: string): 'old' | 'new' | 'between' | 'harmed' {
  try {
    const file = openGalleryFile(join(data, 'gallery.db'))
    const gallery = file.open(findKey(data, file, 'file').key)
    try {
      const live = gallery.live('object')?.model
      const shipped = gallery.models().find(({ id, profile }) => profile === 'object' && !gallery.isLearned(id))!
      const samples = [...gallery.identities()].flatMap(({ id }) => gallery.samplesOf(id))
      for (const { id } of samples)
        if (gallery.kept(id).length === 0 || gallery.thumbnail(id).length === 0) return 'harmed'
      if (samples.length === 0 || gallery.missingEmbeddings('object', shipped.id).length > 0) return 'harmed'
      const missing = gallery.missingEmbeddings('object', model).length
      if (missing !== (live === model ? 0 : samples.length)) return 'between'
      const answering = gallery.models().find(({ id }) => id === (live ?? shipped.id))!
      const search = createSearch(gallery)
      for (const { id, identityId } of samples) {
        const [nearest] = search.nearest(answering.id, gallery.embedding(id, answering)!, 1)
        if (nearest?.identityId !== identityId || nearest.distance > 1e-6) return 'harmed'
      }
      if (gallery.notices().some(({ code }) => code === 'gallery-damaged')) return 'harmed'
      return live === model ? 'new' : 'old'
    } finally {
      gallery.close()
    }
  } catch {
    return 'harmed'
  }
}
