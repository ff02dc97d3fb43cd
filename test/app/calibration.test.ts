import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCalibrations } from '../../src-main/app/calibration.ts'
import { temporaryFolder } from '../db/fixture.ts'
import { calibration } from './fixture.ts'

function written(text: string) {
  const resources = temporaryFolder()
  mkdirSync(join(resources, 'models', 'face'), { recursive: true })
  writeFileSync(join(resources, 'models', 'face', 'calibration.json'), text)
  return createCalibrations(resources)
}

describe('calibration', () => {
  it('is read for the model it was measured on', async () => {
    const facts = calibration('face', 'model-1')
    expect(await written(JSON.stringify(facts))('face', 'model-1')).toEqual(facts)
  })

  it.each([
    ['is missing', undefined],
    ['is of another model', JSON.stringify(calibration('face', 'model-2'))],
    ['is of another profile', JSON.stringify(calibration('object', 'model-1'))],
    ['is malformed', '{"profile": "face"'],
    ['has a threshold out of range', JSON.stringify(calibration('face', 'model-1', { same: -1 }))],
    ['has its thresholds in the wrong order', JSON.stringify(calibration('face', 'model-1', { same: 1.9 }))],
  ])('that %s is an error that says how to measure it', async (_what, text) => {
    const calibrations = text === undefined ? createCalibrations(temporaryFolder()) : written(text)
    await expect(calibrations('face', 'model-1')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('npm run bench -- calibrate') as string,
    })
  })
})
