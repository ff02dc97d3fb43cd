import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { walk, type Listed } from '../../src-main/app/walk.ts'
import { temporaryFolder } from '../db/fixture.ts'

async function list(folder: string): Promise<Record<string, string>> {
  const found: Listed[] = []
  for await (const entry of walk(folder)) found.push(entry)
  const relative = found.map((entry) => entry.relative)
  expect(new Set(relative).size).toBe(relative.length)
  return Object.fromEntries(found.map(({ relative, problem }) => [relative, problem?.code ?? 'picture']))
}

describe('walk', () => {
  it('lists pictures of every kind by their names, and all else with the reason', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'b', 'deep'), { recursive: true })
    for (const name of [
      'a.jpg',
      'A.JPEG',
      'x.HeIc',
      'notes.txt',
      'drawing.svg',
      '.hidden.png',
      'b/deep/c.webp',
      'none',
    ])
      writeFileSync(join(folder, name), 'x')
    expect(await list(folder)).toEqual({
      'a.jpg': 'picture',
      'A.JPEG': 'picture',
      'x.HeIc': 'picture',
      'notes.txt': 'bad-picture',
      'drawing.svg': 'bad-picture',
      '.hidden.png': 'picture',
      'b/deep/c.webp': 'picture',
      none: 'bad-picture',
    })
  })

  it('follows no link, in or out, and ends although folders link to each other', async () => {
    const folder = temporaryFolder()
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'secret.jpg'), 'x')
    mkdirSync(join(folder, 'a'))
    writeFileSync(join(folder, 'a', '1.jpg'), 'x')
    linkSync(join(folder, 'a', '1.jpg'), join(folder, 'hard.jpg'))
    symlinkSync(folder, join(folder, 'a', 'loop'))
    symlinkSync('..', join(folder, 'a', 'up'))
    symlinkSync(outside, join(folder, 'out'))
    symlinkSync(join(outside, 'secret.jpg'), join(folder, 'link.jpg'))
    symlinkSync('nowhere', join(folder, 'dangling.jpg'))
    expect(await list(folder)).toEqual({
      'a/1.jpg': 'picture',
      'hard.jpg': 'picture',
      'a/loop': 'not-a-file',
      'a/up': 'not-a-file',
      out: 'not-a-file',
      'link.jpg': 'not-a-file',
      'dangling.jpg': 'not-a-file',
    })
  })

  it.skipIf(process.platform === 'win32')(
    'lists a named pipe and a name that is no text without opening them (needs mkfifo)',
    async () => {
      const folder = temporaryFolder()
      execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
      writeFileSync(
        Buffer.concat([Buffer.from(join(folder, 'bad')), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]),
        'x',
      )
      expect(Object.values(await list(folder)).sort()).toEqual(['not-a-file', 'not-found'])
    },
  )

  it('gives names back exactly, whatever they hold', async () => {
    const folder = temporaryFolder()
    const names = [
      'Zoe\u0308.jpg',
      'Zo\u00eb2.jpg',
      '👩‍💻.jpg',
      '\u202Eevil.jpg',
      'new\nline.jpg',
      '%2e%2e%2f.jpg',
      `${'x'.repeat(250)}.jpg`,
      ' .jpg',
      "'; DROP TABLE.jpg",
    ]
    for (const name of names) writeFileSync(join(folder, name), 'x')
    expect(Object.keys(await list(folder)).sort()).toEqual([...names].sort())
  })

  it('says why a folder cannot be read, and goes on', async () => {
    expect(await list(join(temporaryFolder(), 'gone'))).toEqual({ gone: 'not-found' })
  })
})
