import type { Gallery } from '../../db/gallery.ts'
import type { EngineApi } from '../contract/engine-api.ts'
import type { Calibrations } from './calibration.ts'
import type { Jobs } from './jobs.ts'
import type { Pictures } from './pictures.ts'
import type { Search } from './search.ts'
import type { SettingsFile } from './settings.ts'

/** What the requests share. */
export interface Parts {
  readonly gallery: Gallery
  /** Journals each picture before it is looked at. */
  readonly engine: EngineApi
  readonly search: Search
  readonly pictures: Pictures
  readonly calibrations: Calibrations
  readonly settings: SettingsFile
  readonly jobs: Jobs
  /** After a change of the gallery: the samples it concerns. */
  changed(samples: readonly string[]): void
}
