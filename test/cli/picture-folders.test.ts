import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityFolders, referenceFolders } from '../../src-main/cli/picture-folders.ts'

describe('folders of identities', () => {
  let folder: string
  const at = (...parts: string[]) => join(folder, ...parts)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semblance-folders-'))
    for (const name of ['people/ada/deeper', 'people/bea', 'people/.hidden', 'people/empty', 'refs/bea']) {
      await mkdir(at(name), { recursive: true })
    }
    for (const file of ['people/ada/1.jpg', 'people/ada/deeper/2.PNG', 'people/ada/notes.txt', 'people/bea/1.webp']) {
      await writeFile(at(file), '')
    }
    for (const file of [
      'people/.hidden/1.jpg',
      'people/loose.jpg',
      'refs/07_ada.jpg',
      'refs/adamant.jpg',
      'refs/bea/x.png',
    ]) {
      await writeFile(at(file), '')
    }
    await symlink(at('people/ada/1.jpg'), at('people/bea/linked.jpg'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('takes each sub-folder with pictures as an identity, nested ones and links included', async () => {
    expect(await identityFolders(at('people'))).toEqual([
      { name: 'ada', pictures: [at('people/ada/1.jpg'), at('people/ada/deeper/2.PNG')] },
      { name: 'bea', pictures: [at('people/bea/1.webp'), at('people/bea/linked.jpg')] },
    ])
  })

  it('finds references in sub-folders and in files named like the identity', async () => {
    const identities = await identityFolders(at('people'))
    expect(await referenceFolders(at('refs'), identities)).toEqual([
      { name: 'ada', pictures: [at('refs/07_ada.jpg')] },
      { name: 'bea', pictures: [at('refs/bea/x.png')] },
    ])
  })

  it('says which folder or reference is missing', async () => {
    await expect(identityFolders(at('nowhere'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(identityFolders(at('people/loose.jpg'))).rejects.toMatchObject({ code: 'wrong-use' })
    await expect(identityFolders(at('people/bea'))).rejects.toThrow('no sub-folders with pictures')
    await expect(referenceFolders(at('refs'), [{ name: 'Zoe', pictures: [] }])).rejects.toThrow('Zoe')
  })
})
