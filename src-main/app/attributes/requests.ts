import type { AttributesApi } from '../../contract/attributes.ts'
import { removeModel } from '../models/model-folder.ts'
import type { Parts } from '../parts.ts'
import { createPlans } from './plan.ts'
import { similar } from './similar.ts'
import { startTraining, sweepMaking, type Learning } from './train.ts'

/** Similarity by what: attributes of a labelled folder, and what is asked by them. */
export function attributeRequests(parts: Parts): AttributesApi {
  const { gallery, dataFolder } = parts
  sweepMaking(parts)
  const plans = createPlans(parts)
  const learning: Learning = new Set()
  parts.turn.ask(() => {
    const [folder] = learning
    return folder === undefined ? undefined : { kind: 'run', title: `Attributes: ${folder}` }
  })
  return {
    planAttributes: (request) => plans.make(request),
    trainAttributes: async (request) => startTraining(parts, plans.find(request.plan), request, learning),
    attributes: async () => gallery.attributes.all().sort((a, b) => a.name.localeCompare(b.name)),
    async deleteAttribute(id) {
      const { profile } = gallery.attributes.get(id)
      const model = gallery.attributes.remove(id)
      if (model !== undefined) removeModel(dataFolder, model)
      parts.search.switched(profile)
      parts.emit({ type: 'models-changed' })
    },
    similar: (request) => similar(parts, request),
  }
}
