import { z } from 'zod'
import { isOwn } from './pictures.ts'
import { calibrationFields, profileSchema } from './schemas.ts'

/** Name of the manifest among a model's files. */
export const MANIFEST = 'model.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** A plain name: no folder, nothing hidden, nothing that a system reads in its own way. */
export const modelFileName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,60}(\.[a-z0-9]{1,10}){1,2}$/)

/** Of one file, and of a whole model. */
export const MODEL_LIMITS = { bytes: 1024 ** 3, files: 64, manifest: 4 * 1024 ** 2 } as const

/** Stands for the shipped model where none is needed: a network from scratch does all by itself. */
export const NO_BASE = 'none'

/** What a learned model consists of. Its id ends in the sha256 of this file, so that an id stands for these bytes alone. */
export const manifestSchema = z
  .strictObject({
    format: z.literal('semblance-model/1'),
    profile: profileSchema,
    kind: z.enum(['head', 'fine-tuned', 'network']),
    /** The shipped model whose features a head takes; NO_BASE for a network from scratch. */
    base: z.string().min(1).max(200),
    dimensions: z.number().int().min(1).max(65536),
    /** Measured on held-out evidence; `source` says on what. */
    calibration: z.strictObject(calibrationFields),
    files: z
      .array(
        z.strictObject({
          name: modelFileName.refine((name) => name !== MANIFEST, 'The manifest does not list itself.'),
          bytes: z.number().int().min(1).max(MODEL_LIMITS.bytes),
          sha256,
        }),
      )
      .min(1)
      .max(MODEL_LIMITS.files)
      .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, 'Each file is listed once.')
      .refine(
        (files) => files.reduce((sum, { bytes }) => sum + bytes, 0) <= MODEL_LIMITS.bytes,
        'The files are too large.',
      ),
  })
  // A network from scratch is what a profile of the user's own is made of, and nothing else is.
  .refine(({ profile, kind, base }) => {
    const own = isOwn(profile)
    return own === (kind === 'network') && (!own || base === NO_BASE)
  }, 'The kind of the model does not fit its profile.')

export type ModelManifest = z.infer<typeof manifestSchema>

/** @param sha256 of the manifest's bytes, hex */
export const modelIdOf = ({ profile, kind }: ModelManifest, sha256: string) =>
  `${profile}-${kind}-${sha256.slice(0, 16)}`
