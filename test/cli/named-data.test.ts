import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../src-main/contract/errors.ts'
import { namedData } from '../../src-main/cli/named-data.ts'
import { idxFolder } from '../app/lab/fixture.ts'
import { temporaryFolder } from '../core/fixture.ts'

vi.mock('../../src-main/core/places.ts', async (original) => ({
  ...(await original<object>()),
  developmentSets: () => [],
}))

describe('a set that goes by a name', () => {
  it('is looked for where --sets or SEMBLANCE_SETS says, and has ten labelled of each class as mnist100', () => {
    const sets = temporaryFolder(onTestFinished)
    const folder = idxFolder(join(sets, 'mnist'), [0, 1], [0, 1], true)
    expect(namedData('mnist100', sets)).toEqual({ folder, labelled: 10 })
    vi.stubEnv('SEMBLANCE_SETS', sets)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(namedData('mnist', undefined)).toEqual({ folder, labelled: null })
    expect(namedData('./mnist', undefined)).toEqual({ folder: resolve('mnist'), labelled: null })
  })

  it('says which files are wanted, and where they were looked for', () => {
    const sets = temporaryFolder(onTestFinished)
    mkdirSync(join(sets, 'mnist'))
    const error = (() => {
      try {
        return namedData('mnist100', sets)
      } catch (caught) {
        return caught
      }
    })()
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'not-found' })
    expect((error as AppError).message).toContain('train-images-idx3-ubyte.gz')
    expect((error as AppError).message).toContain(join(sets, 'mnist'))
    expect(() => namedData('mnist', undefined)).toThrow('No folder was named')
  })
})
