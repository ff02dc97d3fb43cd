import sharp from 'sharp'
import { API, HOST, type AppEvent, type ImageRequest } from '../../src-main/contract/api.ts'
import { server } from '../../src-main/contract/call.ts'
import type { TriageRowsRequest } from '../../src-main/contract/learning-api.ts'
import { settingsSchema } from '../../src-main/contract/settings.ts'
import type { Comparison } from '../../src-main/contract/lab.ts'
import type { ModelDetail, Run, RunMap, Status } from '../../src-main/contract/types.ts'
import type { CoreLink } from '../../src-main/shell/core-link.ts'
import { calibration } from '../renderer/calibration.ts'
import * as lab from '../renderer/lab.ts'
import * as made from '../renderer/learning.ts'

const status: Status = {
  version: '0',
  dataFolder: '/nowhere',
  key: { where: 'key-file', detail: '' },
  gallery: { identities: 6, samples: 9, deleted: 0 },
  engine: {
    state: 'ready',
    is: {
      backend: {
        ...{
          name: 'tfjs-node',
          label: 'TensorFlow',
          device: '2 cores',
          version: '4',
          reason: 'It is the fastest here.',
        },
        ...{ selfTest: { passed: true, ms: 4, detail: '' }, refused: [] },
      },
      models: [],
    },
  },
  notices: [],
}

export interface Told {
  runs?: readonly Run[]
  model?: ModelDetail
  map?: RunMap | null
  comparisons?: readonly Comparison[]
  /** Stands in for every picture; a drawn one otherwise. */
  image?: (request: ImageRequest) => Promise<Uint8Array>
}

/** A core that tells made-up things of learning: for looking at pages in every state, without an engine. */
export function toldCore(told: Told = {}) {
  const asked: [string, unknown[]][] = []
  const listeners = new Set<(event: AppEvent) => void>()
  const runs = () => [...(told.runs ?? [made.run])]
  const oneRun = (id: string) => Promise.resolve(runs().find((run) => run.id === id)!)
  const detail = told.model ?? made.detail
  const comparisons = told.comparisons ?? [lab.comparison, lab.done, lab.interrupted]
  const oneComparison = (id: string) => Promise.resolve(comparisons.find((each) => each.id === id)!)
  const answers: Record<string, (...args: never[]) => Promise<unknown>> = {
    status: () => Promise.resolve(status),
    settings: () => Promise.resolve(settingsSchema.parse({ profile: 'object' })),
    jobs: () => Promise.resolve([]),
    profiles: () => Promise.resolve([]),
    attributes: () => Promise.resolve([]),
    losses: () => Promise.resolve(made.losses),
    calibration: () => Promise.resolve({ ...calibration, profile: 'object' }),
    runs: () => Promise.resolve(runs()),
    runPoints: () => Promise.resolve(made.points()),
    runMap: () => Promise.resolve(told.map === undefined ? made.map() : told.map),
    pauseRun: oneRun,
    resumeRun: oneRun,
    cancelRun: oneRun,
    triages: () =>
      Promise.resolve(
        runs().length
          ? [
              {
                id: made.triage.id,
                folder: 'Pictures / 2026',
                profile: 'object',
                photos: 409,
                madeAt: 1_795_000_000_000,
              },
            ]
          : [],
      ),
    triage: () => Promise.resolve(made.triage),
    triageItems: ({ kind, group, offset, limit }: TriageRowsRequest) => {
      const all = made.items.filter((item) => (!kind || item.kind === kind) && (!group || item.group === group))
      return Promise.resolve({ items: all.slice(offset, offset + limit), total: all.length })
    },
    moveItems: () => Promise.resolve(made.triage),
    startRun: () => Promise.resolve(made.run),
    models: () => Promise.resolve(made.models),
    model: () => Promise.resolve(detail),
    reviewCards: ({ offset }: { offset: number }) =>
      Promise.resolve({ cards: made.cards.slice(offset), total: made.cards.length }),
    comparisons: () => Promise.resolve(comparisons),
    comparison: oneComparison,
    pauseComparison: oneComparison,
    resumeComparison: oneComparison,
    cancelComparison: oneComparison,
    deleteComparison: () => Promise.resolve(),
    labData: () => Promise.resolve(lab.data),
    startComparison: () => Promise.resolve(comparisons[0]),
    answerCard: () => Promise.resolve(),
    undoAnswer: () => Promise.resolve(null),
    image: async (request: ImageRequest) => ({
      type: 'image/png',
      bytes: await (told.image ?? drawn)(request),
    }),
  }
  const invoke = server({ ...API, ...HOST } as never, answers, (error) => console.error(error))
  const core: CoreLink = {
    invoke: (method, args) => {
      asked.push([method, [...args]])
      return invoke(method, args)
    },
    adopt: () => Promise.resolve({ ok: true, value: [{ token: lab.data.folder, name: 'digits', isFolder: true }] }),
    onEvent: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => Promise.resolve(),
  }
  return { core, asked, tell: (event: AppEvent) => listeners.forEach((listener) => listener(event)) }
}

/** A shape in a colour, by the last digits of the id. */
function drawn({ id, size = 128 }: ImageRequest): Promise<Uint8Array> {
  const n = Number.parseInt(id.slice(-6), 16)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 10 10"><rect width="10" height="10" fill="hsl(${(n * 47) % 360} 25% 82%)"/><circle cx="5" cy="5" r="${2.4 + (n % 4) / 3}" fill="hsl(${(n * 71) % 360} 45% 50%)"/></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
