import { join } from 'node:path'
import type { Problem } from '../../contract/jobs.ts'
import type { TrainResult, TrainWork } from '../../contract/trainer-api.ts'
import { openBackbone } from '../backbones.ts'
import { tuneBackbone } from '../fine-tuning/tune-backbone.ts'
import { writeTuned } from '../fine-tuning/tuned-file.ts'
import { advise } from '../heads/advise.ts'
import { trainHead } from '../heads/train-head.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import { createControl } from '../training/control.ts'
import { championOf, cropsOf, finished, headData, tellMap, type Surroundings } from './head-run.ts'
import type { Tables } from './tables.ts'

/**
 * A run that changes the backbone's last blocks: these learn together with a linear head, then a head of the kind that suits
 * the folder is fitted on what they make of everything, as on features of the shipped backbone.
 */
export async function runFineTune(tables: Tables, work: TrainWork, around: Surroundings): Promise<TrainResult> {
  const { control, resources, tell } = around
  const { config, profile } = work
  const shipped = headData(tables, work)
  const backbone = await openBackbone(resources, profile)
  const champion = await championOf(tables, work, resources)
  tellMap(0, champion.photos, champion.references, work, false, tell)

  const onNotice = (problem: Problem) => tell({ type: 'notice', problem })
  const folder = join(work.folder, 'checkpoints')
  const { weights, data } = await tuneBackbone(shipped, backbone, cropsOf(tables), config, control, {
    folder,
    from: newestCheckpoint(folder)?.checkpoint,
    onNotice,
    onDone: () => tell({ type: 'evaluating' }),
  })
  const embeddings = tables.floats('embeddings')
  const { recipe } = advise(embeddings, tables.floats('reference-embeddings'), work.labels, work.classes)
  const live = { rows: shipped, ...champion }
  // It reports to nobody, and saves all the same.
  const beside = createControl()
  const result = await trainHead(data, { recipe, seed: config.seed }, beside, live, {
    folder: join(folder, 'head'),
    beside,
    onNotice,
  })
  return finished('fine-tuned', data, result, work, around, (files) =>
    writeTuned(files, { network: backbone.name, parent: backbone.sha256, weights }),
  )
}
