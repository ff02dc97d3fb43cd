import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { Profile } from '../contract/types.ts'
import { tf, type GraphModel, type Variable } from './tf.ts'

const FORMAT = 'semblance-weights/1'
/** Below this a weight adds nothing to a float32 sum, and denormal products slow a convolution ten-fold. */
const SMALLEST = 1e-12

/** What manifest.json says of one network. */
export interface NetworkManifest {
  readonly role: string
  readonly files: readonly string[]
  readonly source: {
    readonly registry: string
    readonly name: string
    readonly version: string
    readonly upstream: string
    readonly licence: string
  }
  readonly input: { readonly width: number; readonly height: number; readonly channels: string }
  readonly normalisation: { readonly mean: number; readonly scale: number }
  readonly outputs?: Readonly<Record<string, string>>
  readonly dimensions?: number
  readonly parameters: number
  readonly batchNormEpsilon?: number
}

/** A folder resources/models/<profile>/ whose files are read only if they are those of its manifest. */
export interface ModelFolder {
  readonly path: string
  readonly networks: Readonly<Record<string, NetworkManifest>>
  readonly files: ReadonlyMap<string, string>
}

/** One tensor of a weight file. */
export interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const missing = (path: string, what: string, cause?: unknown) =>
  new AppError('model-missing', `The model file ${path} ${what}. Setting the app up again restores it.`, { cause })

export async function openModelFolder(resources: string, profile: Profile): Promise<ModelFolder> {
  const path = join(resources, 'models', profile)
  const shown = `models/${profile}/manifest.json`
  const text = await readFile(join(path, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw missing(shown, 'is missing', cause)
  })
  try {
    const manifest = JSON.parse(text) as {
      networks: Record<string, NetworkManifest>
      files: { name: string; sha256: string }[]
    }
    return {
      path,
      networks: manifest.networks,
      files: new Map(manifest.files.map((file) => [file.name, file.sha256])),
    }
  } catch (cause) {
    throw missing(shown, 'is damaged', cause)
  }
}

export function network(folder: ModelFolder, name: string): NetworkManifest {
  const found = folder.networks[name]
  if (!found) throw missing('manifest.json', `does not name ${name}`)
  return found
}

/** The bytes of a file that the manifest lists. @throws AppError 'model-missing' when it is absent or its checksum differs */
export async function readModelFile(folder: ModelFolder, name: string): Promise<Buffer> {
  const expected = folder.files.get(name)
  if (expected === undefined) throw missing(name, 'is not in its manifest')
  const bytes = await readFile(join(folder.path, name)).catch((cause: unknown) => {
    throw missing(name, 'is missing', cause)
  })
  if (createHash('sha256').update(bytes).digest('hex') !== expected) throw missing(name, 'differs from its checksum')
  return bytes
}

/** Tensors of a "semblance-weights/1" file by name. Offsets and lengths count values, not bytes. */
export async function readWeights(folder: ModelFolder, name: string): Promise<Map<string, Weight>> {
  const header = JSON.parse((await readModelFile(folder, `${name}.json`)).toString('utf8')) as {
    format: string
    dtype: string
    tensors: { name: string; shape: number[]; offset: number; length: number }[]
  }
  if (header.format !== FORMAT || header.dtype !== 'float32') throw missing(`${name}.json`, 'has an unknown format')
  const bytes = await readModelFile(folder, `${name}.bin`)
  // A copy, because the file's buffer need not start at a multiple of four.
  const values = new Float32Array(new Uint8Array(bytes).buffer)
  return new Map(
    header.tensors.map(({ name: tensor, shape, offset, length }) => {
      if (offset + length > values.length) throw missing(`${name}.bin`, 'is too short')
      return [tensor, { shape, values: values.slice(offset, offset + length) }]
    }),
  )
}

/**
 * Folds y = γ·(x − μ)/√(σ² + ε) + β into the convolution before it: kernel·γ/√(σ² + ε), bias β − μ·γ/√(σ² + ε).
 * A kernel's normalised channels are its last axis, or the third of a depthwise kernel (h × w × C × 1).
 */
export function foldBatchNorm(weights: ReadonlyMap<string, Weight>, epsilon: number): Map<string, Weight> {
  const folded = new Map<string, Weight>()
  for (const [name, weight] of weights) {
    const [, path, part] = /^(.*)\/([^/]+)$/.exec(name) ?? []
    const of = (which: string) => weights.get(`${path}/${which}`)?.values
    const [gamma, beta, mean, variance] = [of('gamma'), of('beta'), of('mean'), of('variance')]
    if (!gamma || !beta || !mean || !variance) folded.set(name, weight)
    else if (part === 'kernel') {
      const channels = gamma.length
      const scale = gamma.map((g, c) => g / Math.sqrt(variance[c]! + epsilon))
      const kernel = weight.values.map((value, i) => flush(value * scale[i % channels]!))
      folded.set(name, { shape: weight.shape, values: kernel })
      const bias = beta.map((b, c) => flush(b - mean[c]! * scale[c]!))
      folded.set(`${path}/bias`, { shape: [channels], values: bias })
    }
  }
  return folded
}

const flush = (value: number) => (Math.abs(value) < SMALLEST ? 0 : value)

/** Parameters of a network by name: variables, so that a network can go on learning. */
export interface Parameters {
  (name: string): Variable
  /** Frees them. */
  dispose?(): void
}

export function parameters(weights: ReadonlyMap<string, Weight>): Parameters {
  const variables = new Map(
    [...weights].map(([name, { shape, values }]) => {
      const initial = tf.tensor(values, [...shape], 'float32')
      const variable = tf.variable(initial)
      initial.dispose()
      return [name, variable]
    }),
  )
  const get = (name: string) => {
    const variable = variables.get(name)
    if (!variable) throw missing(name, 'is not among the weights')
    return variable
  }
  return Object.assign(get, { dispose: () => void tf.dispose([...variables.values()]) })
}

/** A TensorFlow.js graph model, run as it comes; `edit` may change the graph before it is built. */
export async function readGraph(
  folder: ModelFolder,
  name: string,
  edit: (graph: GraphFile, weights: Buffer) => void = () => {},
): Promise<GraphModel> {
  const file = JSON.parse((await readModelFile(folder, `${name}.json`)).toString('utf8')) as GraphFile
  const bytes = Buffer.from(await readModelFile(folder, `${name}.bin`))
  edit(file, bytes)
  const artifacts = {
    modelTopology: file.modelTopology,
    weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(bytes).buffer,
  }
  return tf.loadGraphModel({ load: () => Promise.resolve(artifacts as never) })
}

export interface GraphFile {
  readonly modelTopology: {
    readonly node: readonly {
      readonly name: string
      readonly op: string
      readonly input?: readonly string[]
      readonly attr: { readonly shape?: { readonly shape: { readonly dim: { size: string }[] } } }
    }[]
  }
  readonly weightsManifest: readonly {
    readonly weights: readonly {
      readonly name: string
      readonly shape: readonly number[]
      readonly dtype: string
      readonly quantization?: { readonly dtype: string }
    }[]
  }[]
}
