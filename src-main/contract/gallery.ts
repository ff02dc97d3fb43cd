import type { Box, Profile, Quality } from './pictures.ts'

export interface Identity {
  readonly id: string
  readonly name: string
  readonly profile: Profile
  readonly samples: number
  /** The sample whose thumbnail stands for the identity. */
  readonly cover: string | null
  /** Milliseconds since 1970, UTC. */
  readonly createdAt: number
  readonly changedAt: number
}

export interface Sample {
  readonly id: string
  readonly identityId: string
  readonly profile: Profile
  readonly box: Box
  readonly drawn: boolean
  readonly quality: Quality
  /** The user enrolled it although a quality check failed. */
  readonly overridden: boolean
  readonly keeps: 'original' | 'crop'
  readonly sourceName: string
  readonly sourceSha256: string
  readonly width: number
  readonly height: number
  readonly createdAt: number
}

export interface IdentityPage {
  readonly identities: readonly Identity[]
  readonly total: number
}

export interface IdentityDetail extends Identity {
  readonly all: readonly Sample[]
}
