import type { Gallery } from '../../db/gallery.ts'
import type { AppEvent } from '../contract/api.ts'
import type { EngineApi } from '../contract/engine-api.ts'
import type { StartTrainer } from '../contract/trainer-api.ts'
import type { Profile } from '../contract/types.ts'
import type { Calibrations } from './calibration.ts'
import type { Jobs } from './jobs.ts'
import type { FeatureCache } from './learning/feature-cache.ts'
import type { Turn } from './learning/turn.ts'
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
  /** Features of pictures that were looked at for learning. */
  readonly features: FeatureCache
  /** One learns at a time. */
  readonly turn: Turn
  readonly dataFolder: string
  readonly startTrainer: StartTrainer
  emit(event: AppEvent): void
  onBug(error: unknown): void
  /** Id of the shipped model of a profile. @throws AppError model-missing */
  modelOf(profile: Profile): Promise<string>
  /** After a change of the gallery: the samples it concerns. */
  changed(samples: readonly string[]): void
}
