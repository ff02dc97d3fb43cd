import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPictures, newToken } from '../../src-main/app/pictures.ts'
import { newGallery, temporaryFolder } from '../db/fixture.ts'

const engine = { render: () => Promise.reject(new Error('not asked')) }

describe('pictures', () => {
  it('knows a token until it is forgotten for newer ones, least recently used first', async () => {
    const pictures = createPictures(engine, newGallery(), { paths: 3, bytes: 100 })
    const [a, b, c, d] = [newToken(), newToken(), newToken(), newToken()] as const
    await pictures.adopt([a, b, c].map((token) => ({ token, path: `/pictures/${token}.jpg` })))
    expect(pictures.source(a)).toEqual({ path: `/pictures/${a}.jpg` })
    await pictures.adopt([{ token: d, path: '/pictures/d.jpg' }])
    expect(() => pictures.source(b)).toThrow('no longer at hand')
    for (const token of [a, c, d]) expect(pictures.source(token)).toHaveProperty('path')
  })

  it('keeps bytes up to a limit, and takes a token again', async () => {
    const pictures = createPictures(engine, newGallery(), { paths: 3, bytes: 100 })
    const [a, b] = [newToken(), newToken()] as const
    const adopt = (token: string, size: number) =>
      pictures.adoptBytes({ token, name: 'camera', bytes: new Uint8Array(size) })
    await adopt(a, 60)
    await adopt(a, 60)
    expect(pictures.source(a)).toMatchObject({ name: 'camera' })
    await adopt(b, 60)
    expect(() => pictures.source(a)).toThrow('no longer at hand')
    expect(pictures.source(b)).toMatchObject({ name: 'camera' })
    await expect(adopt(a, 101)).rejects.toMatchObject({ code: 'picture-too-large' })
  })

  it('adopts what is not there, and tells folders from files', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.jpg'), 'x')
    const pictures = createPictures(engine, newGallery())
    const paths = [folder, join(folder, 'a.jpg'), join(folder, 'gone.jpg')]
    const adopted = await pictures.adopt(paths.map((path) => ({ token: newToken(), path })))
    expect(adopted.map(({ isFolder }) => isFolder)).toEqual([true, false, false])
    expect(adopted[1]!.name).toBe('a.jpg')
  })

  it('refuses a token nobody gave', () => {
    expect(() => createPictures(engine, newGallery()).source(newToken())).toThrow('no longer at hand')
  })
})
