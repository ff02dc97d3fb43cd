import { describe, expect, it } from 'vitest'
import { measurePictures } from '../../../src-main/app/evaluation/measure-pictures.ts'
import type { Look, LookRequest } from '../../../src-main/contract/engine-api.ts'
import { AppError } from '../../../src-main/contract/errors.ts'

const look = (found: readonly { embedding: Float32Array }[]) => ({ model: 'm', found }) as unknown as Look
const pathOf = ({ source }: LookRequest) => ('path' in source ? source.path : '')

describe('measuring pictures', () => {
  it('looks at each picture once, two at a time, and sets problems down', async () => {
    let inFlight = 0
    let most = 0
    const seen: string[] = []
    const engine = {
      async look(request: LookRequest): Promise<Look> {
        seen.push(pathOf(request))
        most = Math.max(most, ++inFlight)
        await new Promise((settle) => setImmediate(settle))
        inFlight--
        if (pathOf(request) === 'text') throw new AppError('bad-picture', 'text is not a picture.')
        return look(pathOf(request) === 'empty' ? [] : [{ embedding: Float32Array.of(1) }])
      },
    }
    const result = await measurePictures(engine, ['a', 'b', 'a', 'empty', 'text'], { profile: 'face' })
    expect(seen).toEqual(['a', 'b', 'empty', 'text'])
    expect(most).toBe(2)
    expect(result.embeddings.get('empty')).toBeNull()
    expect(result.embeddings.get('text')).toBeNull()
    expect(result.embeddings.get('a')).toEqual(Float32Array.of(1))
    expect(result.problems).toEqual([{ path: 'text', code: 'bad-picture', message: 'text is not a picture.' }])
    expect(result.model).toBe('m')
  })

  it('looks again when the engine ended, and gives up on the picture that ends it twice', async () => {
    const looks: string[] = []
    const engine = {
      async look(request: LookRequest): Promise<Look> {
        looks.push(pathOf(request))
        const fatal = pathOf(request) === 'bomb'
        const first = looks.filter((path) => path === pathOf(request)).length === 1
        if (fatal || first) throw new AppError('engine-stopped', 'The process ended.')
        return look([{ embedding: Float32Array.of(1) }])
      },
    }
    const { embeddings, problems } = await measurePictures(engine, ['bomb', 'good'], { profile: 'face' })
    expect(embeddings.get('good')).toEqual(Float32Array.of(1))
    expect(problems).toEqual([{ path: 'bomb', code: 'engine-stopped', message: 'The process ended.' }])
  })

  it('stops when the engine is gone for good, and when it is cancelled', async () => {
    const gone = { look: () => Promise.reject(new AppError('backend-unavailable', 'The engine ended for good.')) }
    await expect(measurePictures(gone, ['a', 'b', 'c'], { profile: 'face' })).rejects.toThrow('ended for good')
    const signal = AbortSignal.abort()
    const never = { look: () => Promise.reject(new Error('asked although cancelled')) }
    await expect(measurePictures(never, ['a'], { profile: 'face', signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
