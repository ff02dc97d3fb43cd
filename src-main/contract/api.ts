import { z } from 'zod'
import { ANALOGIES, type AnalogyApi } from './analogies.ts'
import { ATTRIBUTES, type AttributesApi } from './attributes.ts'
import type { Invoke, Methods, Reply } from './call.ts'
import { LAB, type Cell, type ComparisonSummary, type LabApi } from './lab.ts'
import { LEARNING, type LearningApi } from './learning-api.ts'
import type { Run, RunPoint } from './learning.ts'
import { boxSchema, idSchema, nameSchema, profileSchema } from './schemas.ts'
import { settingsChange, type Settings } from './settings.ts'
import type {
  Adopted,
  BackendTrial,
  BundledSamples,
  Calibration,
  Encoded,
  Identity,
  IdentityDetail,
  IdentityPage,
  IdentifyAnswer,
  IdentifyRow,
  ImportPlan,
  ImportRow,
  Inspection,
  Job,
  Profile,
  Sample,
  Status,
  VerifyAnswer,
} from './types.ts'

const id = idSchema
/** Opaque name of a file or of bytes; the window never sees a path. */
const token = idSchema
const profile = profileSchema
const box = boxSchema
const name = nameSchema
export { nameSchema }

const inspectRequest = z.strictObject({ picture: token, profile, box: box.optional() })
const side = z.strictObject({ picture: token, box: box.optional() })
/** `by`: id of an attribute to compare by; without it the whole picture. */
const verifyRequest = z.strictObject({ a: side, b: side, profile, by: id.optional() })
const enrolRequest = z.strictObject({
  picture: token,
  profile,
  /** Which one, when the picture shows several; as `inspect` gave it, or drawn by hand. */
  box: box.optional(),
  drawn: z.boolean().optional(),
  /** A new identity of this name, or a further sample of an existing one. */
  to: z.union([z.strictObject({ name }), z.strictObject({ identityId: id })]),
  /** Enrol although a quality check fails; the sample says so. */
  override: z.boolean().optional(),
})
const identifyRequest = z.strictObject({ picture: token, profile })
const listRequest = z.strictObject({
  search: z.string().max(400).optional(),
  profile: profile.optional(),
  order: z.enum(['name', 'newest', 'samples']).optional(),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(500),
})
const planRequest = z.strictObject({ folder: token, by: z.enum(['folder', 'name', 'file']), profile })
const importRequest = z.strictObject({
  plan: id,
  /** Groups left out, by name. */
  without: z.array(z.string()).optional(),
  lowQuality: z.enum(['skip', 'enrol']),
  severalFaces: z.enum(['skip', 'main']),
})
const identifyManyRequest = z.strictObject({ pictures: z.array(token).min(1).max(10_000), profile })
const rowsRequest = z.strictObject({
  job: id,
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(500),
})
const exportRequest = z.strictObject({ job: id, format: z.enum(['csv', 'json']) })

export type InspectRequest = z.infer<typeof inspectRequest>
export type VerifyRequest = z.infer<typeof verifyRequest>
export type EnrolRequest = z.infer<typeof enrolRequest>
export type IdentifyRequest = z.infer<typeof identifyRequest>
export type ListRequest = z.infer<typeof listRequest>
export type PlanRequest = z.infer<typeof planRequest>
export type ImportRequest = z.infer<typeof importRequest>
export type IdentifyManyRequest = z.infer<typeof identifyManyRequest>
export type RowsRequest = z.infer<typeof rowsRequest>
export type ExportRequest = z.infer<typeof exportRequest>

/** Everything the window and the command line may ask of the core. */
export interface Api extends LearningApi, LabApi, AnalogyApi, AttributesApi {
  status(): Promise<Status>
  settings(): Promise<Settings>
  changeSettings(change: Partial<Settings>): Promise<Settings>
  bundledSamples(): Promise<BundledSamples>

  inspect(request: InspectRequest): Promise<Inspection>
  enrol(request: EnrolRequest): Promise<{ identity: Identity; sample: Sample }>
  verify(request: VerifyRequest): Promise<VerifyAnswer>
  identify(request: IdentifyRequest): Promise<IdentifyAnswer>
  calibration(profile: Profile): Promise<Calibration>

  planImport(request: PlanRequest): Promise<ImportPlan>
  startImport(request: ImportRequest): Promise<Job>
  /** Pictures and folders (tokens), looked at one after the other; rows arrive as events and by `identifyRows`. */
  startIdentify(request: IdentifyManyRequest): Promise<Job>
  jobs(): Promise<Job[]>
  cancelJob(job: string): Promise<Job>
  identifyRows(request: RowsRequest): Promise<{ rows: IdentifyRow[]; total: number }>
  importRows(request: RowsRequest): Promise<{ rows: ImportRow[]; total: number }>
  /** The answers of a finished or cancelled identification as a file's text, safe for spreadsheets. */
  exportAnswers(request: ExportRequest): Promise<{ name: string; text: string }>

  listIdentities(request: ListRequest): Promise<IdentityPage>
  identity(id: string): Promise<IdentityDetail>
  rename(request: { id: string; name: string }): Promise<Identity>
  /** All samples of `from` go to `into`; `from` is deleted. */
  merge(request: { from: string; into: string }): Promise<Identity>
  moveSample(request: { sample: string; to: { name: string } | { identityId: string } }): Promise<Identity>
  deleteSample(sample: string): Promise<void>
  deleteIdentity(id: string): Promise<void>
  /** Takes back the last rename, move, merge or delete; answers what was taken back. */
  undo(): Promise<{ label: string }>
  /** Removes deleted identities and samples from the disk for good. */
  emptyDeleted(): Promise<{ identities: number; samples: number; models?: readonly string[] }>
  /** Each backend with its self-test, tried in a process of its own. */
  backends(): Promise<BackendTrial[]>
}

export const API: Methods<Api> = {
  status: z.tuple([]),
  settings: z.tuple([]),
  changeSettings: z.tuple([settingsChange as z.ZodType<Partial<Settings>>]),
  bundledSamples: z.tuple([]),
  inspect: z.tuple([inspectRequest]),
  enrol: z.tuple([enrolRequest]),
  verify: z.tuple([verifyRequest]),
  identify: z.tuple([identifyRequest]),
  calibration: z.tuple([profile]),
  planImport: z.tuple([planRequest]),
  startImport: z.tuple([importRequest]),
  startIdentify: z.tuple([identifyManyRequest]),
  jobs: z.tuple([]),
  cancelJob: z.tuple([id]),
  identifyRows: z.tuple([rowsRequest]),
  importRows: z.tuple([rowsRequest]),
  exportAnswers: z.tuple([exportRequest]),
  listIdentities: z.tuple([listRequest]),
  identity: z.tuple([id]),
  rename: z.tuple([z.strictObject({ id, name })]),
  merge: z.tuple([z.strictObject({ from: id, into: id })]),
  moveSample: z.tuple([
    z.strictObject({ sample: id, to: z.union([z.strictObject({ name }), z.strictObject({ identityId: id })]) }),
  ]),
  deleteSample: z.tuple([id]),
  deleteIdentity: z.tuple([id]),
  undo: z.tuple([]),
  emptyDeleted: z.tuple([]),
  backends: z.tuple([]),
  ...LEARNING,
  ...ATTRIBUTES,
  ...LAB,
  ...ANALOGIES,
}

const imageRequest = z.strictObject({
  /** thumb: a sample's thumbnail; sample: what the sample keeps; picture: an adopted picture, or a box of it. */
  kind: z.enum(['thumb', 'sample', 'picture']),
  id,
  size: z.number().int().min(16).max(4096).optional(),
  box: box.optional(),
})
export type ImageRequest = z.infer<typeof imageRequest>

/** What a shell and the command line may ask besides Api; the window may not. Tokens are the caller's, so that they outlive a core. */
export interface HostApi {
  adopt(entries: readonly { token: string; path: string }[]): Promise<Adopted[]>
  adoptBytes(entry: { token: string; name: string; bytes: Uint8Array }): Promise<Adopted>
  image(request: ImageRequest): Promise<Encoded>
  /** Settles when the engine has stopped and the gallery is closed. */
  shutdown(): Promise<void>
}
export const HOST: Methods<HostApi> = {
  adopt: z.tuple([z.array(z.strictObject({ token, path: z.string().min(1) }))]),
  adoptBytes: z.tuple([z.strictObject({ token, name: z.string().max(1000), bytes: z.instanceof(Uint8Array) })]),
  image: z.tuple([imageRequest]),
  shutdown: z.tuple([]),
}

/** What a shell does itself: only it has windows and dialogs. */
export interface ShellApi {
  shell(): Promise<{ kind: 'electron' | 'chromium'; reason: string; platform: string }>
  chooseFiles(request: {
    folder: boolean
    many: boolean
    of?: 'pictures' | 'models' | 'tables' | undefined
  }): Promise<Adopted[]>
  /** False when the user closes the dialog without choosing. */
  saveText(request: { name: string; text: string }): Promise<boolean>
  /** A learned model as a file where the user says; false when the dialog is closed. */
  saveModel(model: string): Promise<boolean>
  showDataFolder(): Promise<void>
}
export const SHELL: Methods<ShellApi> = {
  shell: z.tuple([]),
  chooseFiles: z.tuple([
    z.strictObject({ folder: z.boolean(), many: z.boolean(), of: z.enum(['pictures', 'models', 'tables']).optional() }),
  ]),
  saveText: z.tuple([z.strictObject({ name: z.string().min(1).max(200), text: z.string() })]),
  saveModel: z.tuple([z.string().min(1).max(200)]),
  showDataFolder: z.tuple([]),
}

/** Everything the window is told unasked. */
export type AppEvent =
  | { readonly type: 'gallery-changed' }
  | { readonly type: 'settings-changed'; readonly settings: Settings }
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'identify-rows'; readonly job: string; readonly rows: readonly IdentifyRow[] }
  | { readonly type: 'run'; readonly run: Run }
  /** Points that are new, or one that is told again with more to it. With `from`, those of later steps no longer hold. */
  | { readonly type: 'run-points'; readonly run: string; readonly points: readonly RunPoint[]; readonly from?: number }
  /** A new map is there; `runMap` has it. */
  | { readonly type: 'run-map'; readonly run: string; readonly step: number }
  | { readonly type: 'comparison'; readonly comparison: ComparisonSummary }
  /** One run of a comparison as it is now, with its whole curve. */
  | { readonly type: 'comparison-cell'; readonly comparison: string; readonly cell: Cell }
  | { readonly type: 'models-changed' }
  | { readonly type: 'status'; readonly status: Status }
  /** From the shell: the core ended; it is started again, or given up after three ends in five minutes. */
  | { readonly type: 'core'; readonly state: 'restarting' | 'ready' | 'failed'; readonly message: string }
  /** From the shell's menu: go to a page, or act as if a shortcut were pressed. */
  | { readonly type: 'command'; readonly command: Command }

export const COMMANDS = [
  'enrol',
  'verify',
  'identify',
  'gallery',
  'learn',
  'lab',
  'settings',
  'find',
  'undo',
  'open-files',
  'open-folder',
  'shortcuts',
] as const
export type Command = (typeof COMMANDS)[number]

/** What preload puts on `window.bridge`: three functions; nothing else of the shell is in reach. */
export interface Bridge {
  readonly invoke: Invoke
  onEvent(listener: (event: AppEvent) => void): () => void
  /** Hands files or folders that were dropped, pasted or filmed to the core; their paths never reach the page. */
  adopt(files: readonly File[]): Promise<Reply<Adopted[]>>
}
