import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { Profile, Quality, QualityAspect, QualityCheck } from '../contract/types.ts'

/** What is measured of a sample. Greys run from 0 to 255. */
export interface Measures {
  /** Faces: pixels between the eyes. Objects: pixels of the shorter side. */
  readonly size: number
  /** Variance of the Laplacian of the smoothed grey crop, over the variance of the greys: 0 for a flat or a soft picture. */
  readonly sharpness: number
  /** Mean grey. */
  readonly brightness: number
  /** Standard deviation of the greys. */
  readonly contrast: number
  /** Share of greys that are black or white beyond recovery (≤ 4 or ≥ 251), in percent. */
  readonly clipped: number
  /** Difference of the mean greys of the left and the right half, over their mean, in percent. Faces only. */
  readonly sideLight?: number
  /** Degrees; to the picture's right, up and clockwise are positive. Faces only. */
  readonly pose?: { readonly yaw: number; readonly pitch: number; readonly roll: number }
}

export type LimitName = 'sharpness' | 'size' | 'turn' | 'darkest' | 'brightest' | 'contrast' | 'clipped' | 'sideLight'

/** resources/models/<profile>/quality.json: limits, each with how it was measured. Written by `npm run bench -- quality`. */
export interface Limits {
  readonly profile: Profile
  readonly limits: Readonly<Partial<Record<LimitName, { readonly limit: number; readonly measured: string }>>>
  /** Pitch that the mesh gives for a face that looks straight ahead. Faces only. */
  readonly level?: { readonly pitch: number; readonly measured: string }
}

export async function readLimits(resources: string, profile: Profile): Promise<Limits> {
  const name = `models/${profile}/quality.json`
  try {
    return JSON.parse(await readFile(join(resources, name), 'utf8')) as Limits
  } catch (cause) {
    throw new AppError(
      'model-missing',
      `The file ${name} is missing or damaged. Setting the app up again restores it.`,
      { cause },
    )
  }
}

/** Figures that a square RGB crop gives by itself. @param inner share of the side, about the centre, that is looked at */
export function measureCrop(rgb: Uint8Array, side: number, inner = 1): Omit<Measures, 'size' | 'pose'> {
  const border = Math.round((side * (1 - inner)) / 2)
  const n = side - 2 * border
  const grey = new Float32Array(n * n)
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      const at = ((y + border) * side + x + border) * 3
      grey[y * n + x] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!
    }
  const { mean, variance } = moments(grey)
  let [clipped, left, right] = [0, 0, 0]
  grey.forEach((value, i) => {
    if (value <= 4 || value >= 251) clipped++
    if (i % n < n / 2) left += value
    else right += value
  })
  const contrast = Math.sqrt(variance)
  return {
    sharpness: variance > 1 ? moments(laplacian(smooth(grey, n), n - 2)).variance / variance : 0,
    brightness: mean,
    contrast,
    clipped: (100 * clipped) / grey.length,
    sideLight: mean > 0 ? ((100 * Math.abs(left - right)) / (grey.length * mean)) * 2 : 0,
  }
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length }
}

/** 3 × 3 binomial, so that noise of single pixels does not pass for detail. @returns (n − 2)² values */
function smooth(grey: Float32Array, n: number): Float32Array {
  return neighbours(
    n,
    (at) =>
      (grey[at - n - 1]! +
        grey[at - n + 1]! +
        grey[at + n - 1]! +
        grey[at + n + 1]! +
        2 * (grey[at - n]! + grey[at + n]! + grey[at - 1]! + grey[at + 1]!) +
        4 * grey[at]!) /
      16,
  )
}

function laplacian(grey: Float32Array, n: number): Float32Array {
  return neighbours(n, (at) => grey[at - n]! + grey[at + n]! + grey[at - 1]! + grey[at + 1]! - 4 * grey[at]!)
}

function neighbours(n: number, of: (at: number) => number): Float32Array {
  const out = new Float32Array((n - 2) * (n - 2))
  for (let y = 1; y < n - 1; y++) for (let x = 1; x < n - 1; x++) out[(y - 1) * (n - 2) + x - 1] = of(y * n + x)
  return out
}

interface Finding {
  readonly limit: LimitName
  readonly value: number
  readonly bound: 'at-least' | 'at-most'
  readonly unit: string
  readonly good: string
  /** What is wrong; what would pass is added. */
  readonly bad: string
}

/** Holds measures against limits. One check an aspect; light reports the figure that is worst against its limit. */
export function judge(measures: Measures, { limits, profile, level }: Limits): Quality {
  const { pose, sideLight } = measures
  const aspects: [QualityAspect, Finding[]][] = [
    [
      'blur',
      [{ limit: 'sharpness', value: measures.sharpness, bound: 'at-least', unit: '', good: 'sharp', bad: 'blurred' }],
    ],
    ['size', [sizeFinding(profile, measures.size)]],
    ['pose', pose ? [poseFinding({ ...pose, pitch: pose.pitch - (level?.pitch ?? 0) })] : []],
    [
      'light',
      [
        {
          limit: 'darkest',
          value: measures.brightness,
          bound: 'at-least',
          unit: '',
          good: 'well lit',
          bad: 'too dark',
        },
        {
          limit: 'brightest',
          value: measures.brightness,
          bound: 'at-most',
          unit: '',
          good: 'well lit',
          bad: 'too bright',
        },
        {
          limit: 'contrast',
          value: measures.contrast,
          bound: 'at-least',
          unit: '',
          good: 'well lit',
          bad: 'too little contrast',
        },
        {
          limit: 'clipped',
          value: measures.clipped,
          bound: 'at-most',
          unit: '%',
          good: 'well lit',
          bad: 'too many black or white pixels',
        },
        ...(sideLight === undefined
          ? []
          : [
              {
                limit: 'sideLight',
                value: sideLight,
                bound: 'at-most',
                unit: '%',
                good: 'evenly lit',
                bad: 'lit from one side',
              } as const,
            ]),
      ],
    ],
  ]
  const checks = aspects.flatMap(([aspect, findings]) => {
    const judged = findings.flatMap((finding) => {
      const limit = limits[finding.limit]?.limit
      return limit === undefined ? [] : [check(aspect, finding, limit)]
    })
    const worst = judged.sort((a, b) => margin(a) - margin(b))[0]
    return worst ? [worst] : []
  })
  return { passes: checks.every(({ passes }) => passes), checks }
}

/** How far a check is from its limit, in limits; negative when it fails. */
const margin = ({ value, limit, bound }: QualityCheck) =>
  ((bound === 'at-least' ? 1 : -1) * (value - limit)) / Math.max(limit, 1e-6)

function check(aspect: QualityAspect, { value, bound, unit, good, bad }: Finding, limit: number): QualityCheck {
  const passes = bound === 'at-least' ? value >= limit : value <= limit
  const amount = (number: number) => `${round(number)}${unit === '°' ? unit : unit && ` ${unit}`}`
  const words = passes
    ? good
    : `${bad} (${amount(value)}); ${bound === 'at-least' ? 'at least' : 'at most'} ${amount(limit)} passes`
  return { aspect, value, limit, bound, unit, passes, words }
}

const round = (value: number) => (Math.abs(value) >= 10 ? String(Math.round(value)) : value.toPrecision(2))

function sizeFinding(profile: Profile, value: number): Finding {
  const bad =
    profile === 'face'
      ? 'the face is small, measured between the eyes'
      : 'the picture is small, measured at its shorter side'
  return { limit: 'size', value, bound: 'at-least', unit: 'px', good: 'large enough', bad }
}

function poseFinding({ yaw, pitch }: NonNullable<Measures['pose']>): Finding {
  const sideways = Math.abs(yaw) >= Math.abs(pitch)
  const bad = sideways
    ? `turned to the picture’s ${yaw > 0 ? 'right' : 'left'}`
    : pitch > 0
      ? 'looking up'
      : 'looking down'
  const value = Math.max(Math.abs(yaw), Math.abs(pitch))
  return { limit: 'turn', value, bound: 'at-most', unit: '°', good: 'frontal', bad }
}
