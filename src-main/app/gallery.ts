import type { Api, ListRequest } from '../contract/api.ts'
import type { Identity, IdentityPage } from '../contract/types.ts'
import type { Parts } from './parts.ts'

type Requests = Pick<
  Api,
  | 'listIdentities'
  | 'identity'
  | 'rename'
  | 'merge'
  | 'moveSample'
  | 'deleteSample'
  | 'deleteIdentity'
  | 'undo'
  | 'emptyDeleted'
>

/** Case and accents do not matter to a search: "zoe" finds "Zoë". */
export const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const ORDERS = {
  name: (a: Identity, b: Identity) => collator.compare(a.name, b.name) || a.createdAt - b.createdAt,
  newest: (a: Identity, b: Identity) => b.createdAt - a.createdAt,
  samples: (a: Identity, b: Identity) => b.samples - a.samples || collator.compare(a.name, b.name),
} as const

export function galleryRequests(parts: Parts): { requests: Requests; forget(): void } {
  const { gallery, changed } = parts
  /** Sorted once a change, not once a page. */
  const sorted = new Map<keyof typeof ORDERS, Identity[]>()

  function inOrder(order: keyof typeof ORDERS): Identity[] {
    const known = sorted.get(order)
    if (known) return known
    const made = [...gallery.identities()].sort(ORDERS[order])
    sorted.set(order, made)
    return made
  }

  function page({ search, profile, order = 'name', offset, limit }: ListRequest): IdentityPage {
    const wanted = folded(search?.trim() ?? '')
    const all = inOrder(order).filter(
      (identity) =>
        (profile === undefined || identity.profile === profile) &&
        (wanted === '' || folded(identity.name).includes(wanted)),
    )
    return { identities: all.slice(offset, offset + limit), total: all.length }
  }

  const requests: Requests = {
    listIdentities: async (request) => page(request),
    identity: async (id) => ({ ...gallery.identity(id), all: gallery.samplesOf(id) }),
    async rename({ id, name }) {
      const identity = gallery.rename(id, name)
      changed([])
      return identity
    },
    async merge({ from, into }) {
      const { identity, samples } = gallery.merge(from, into)
      changed(samples)
      return identity
    },
    async moveSample({ sample, to }) {
      const { identity, samples } = gallery.moveSample(sample, to)
      changed(samples)
      return identity
    },
    async deleteSample(sample) {
      changed(gallery.deleteSample(sample).samples)
    },
    async deleteIdentity(id) {
      changed(gallery.deleteIdentity(id).samples)
    },
    async undo() {
      const { label, samples } = gallery.undo()
      changed(samples)
      return { label }
    },
    async emptyDeleted() {
      const gone = gallery.emptyDeleted()
      changed([])
      return gone
    },
  }
  return { requests, forget: () => sorted.clear() }
}
