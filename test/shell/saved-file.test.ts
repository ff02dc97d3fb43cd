import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CoreLink } from '../../src-main/shell/core-link.ts'
import { exportedModel, fileName, writeBeside, writeWhole } from '../../src-main/shell/saved-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'semblance-saved-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('a name from the window', () => {
  it.each([
    ['answers.csv', 'answers.csv'],
    ['../../.bashrc', '-..-.bashrc'],
    ['a/b\\c:d.csv', 'a-b-c-d.csv'],
    ['.hidden', 'hidden'],
    ['nul\0byte\n.csv', 'nul-byte-.csv'],
    ['...', 'answers.txt'],
    ['Größe – 測試.json', 'Größe – 測試.json'],
  ])('%j becomes %j', (name, safe) => expect(fileName(name)).toBe(safe))
})

describe('saving', () => {
  it('replaces a file whole', async () => {
    const path = join(folder, 'a.csv')
    await writeWhole(path, 'first')
    await writeWhole(path, 'second')
    expect(readFileSync(path, 'utf8')).toBe('second')
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('leaves nothing behind when the folder takes no file', async () => {
    await expect(writeWhole(join(folder, 'none', 'a.csv'), 'x')).rejects.toThrow('ENOENT')
    expect(readdirSync(folder)).toEqual([])
  })

  it('writes a model’s bytes as they are, and passes on why there are none', async () => {
    const bytes = new Uint8Array([0, 255, 128, 10, 13])
    const core = (reply: unknown) => ({ invoke: () => Promise.resolve(reply) }) as unknown as CoreLink
    const model = await exportedModel(core({ ok: true, value: { name: 'object-2.zip', bytes } }), 'object-2')
    const path = await writeBeside(folder, model.name, model.bytes)
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes)
    const gone = core({ ok: false, code: 'not-found', message: 'There is no model object-9.' })
    await expect(exportedModel(gone, 'object-9')).rejects.toThrow('There is no model object-9.')
  })

  it('never overwrites what it finds beside it', async () => {
    const taken = [await writeBeside(folder, 'a.csv', '1'), await writeBeside(folder, 'a.csv', '2')]
    expect(taken).toEqual([join(folder, 'a.csv'), join(folder, 'a (2).csv')])
    expect(taken.map((path) => readFileSync(path, 'utf8'))).toEqual(['1', '2'])
  })
})
