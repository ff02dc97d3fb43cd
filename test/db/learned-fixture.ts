import { randomBytes } from 'node:crypto'
import type { Gallery, ModelFacts, NewLearned } from '../../db/gallery.ts'
import { calibration } from '../app/fixture.ts'
import { D } from './fixture.ts'

export function facts(change: Partial<ModelFacts> = {}): ModelFacts {
  return { title: 'face-1', calibration: calibration('face', 'learned'), bytes: 10, sha256: 'ab', ...change }
}

/** Registers a model of the face profile. @returns its id */
export function learn(gallery: Gallery, change: Partial<NewLearned> = {}): string {
  const id = `face-head-${randomBytes(8).toString('hex')}`
  const rest = { kind: 'head', dimensions: D, facts: facts(), trainedOn: [], prototypes: [] } as const
  return gallery.registerModel({ id, profile: 'face', ...rest, ...change }).id
}
