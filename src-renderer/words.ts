import {
  isOwn,
  type BackendName,
  type Job,
  type Profile,
  type QualityAspect,
  type ShippedProfile,
  type Verdict,
} from '../src-main/contract/types.ts'

type Nouns = Record<'one' | 'a' | 'many' | 'found' | 'foundMany' | 'folder', string>

const NOUNS: Record<ShippedProfile, Nouns> = {
  face: {
    one: 'person',
    a: 'a person',
    many: 'people',
    found: 'face',
    foundMany: 'faces',
    folder: 'Person',
  },
  object: {
    one: 'object',
    a: 'an object',
    many: 'objects',
    found: 'object',
    foundMany: 'objects',
    folder: 'Thing',
  },
}

/** Of the classes that a network was trained on, and of others like them. */
const OWN: Nouns = {
  one: 'kind',
  a: 'a kind',
  many: 'kinds',
  found: 'shape',
  foundMany: 'shapes',
  folder: 'Kind',
}

/** How a profile calls its things: what an identity is, and what is found in a picture. */
export const nounsOf = (profile: Profile): Nouns => (isOwn(profile) ? OWN : NOUNS[profile])

/** @param by name of what is compared by, instead of the whole picture */
export function verdictWords(verdict: Verdict, profile: Profile, by?: string): string {
  const noun = nounsOf(profile)
  if (by !== undefined) return { same: `Same ${by}`, uncertain: 'Uncertain', different: `Different ${by}` }[verdict]
  return { same: `Same ${noun.one}`, uncertain: 'Uncertain', different: `Different ${noun.many}` }[verdict]
}

export const ASPECTS: Record<QualityAspect, string> = {
  blur: 'Sharpness',
  size: 'Size',
  pose: 'Pose',
  light: 'Light',
}

export const BACKEND_LABELS: Record<BackendName, string> = {
  'tfjs-node-gpu': 'TensorFlow on the GPU',
  'tfjs-node': 'TensorFlow',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
}

export const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many)

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Work by its kind and by what it works on, the folder or the pictures. */
const JOBS: Record<Job['kind'], string> = {
  import: 'Import',
  identify: 'Identify',
  triage: 'Look through',
  promote: 'Make live',
  attributes: 'Compare by',
}
export const jobName = (job: Job) => `${JOBS[job.kind]}: ${job.title}`
