import { describe, expect, it } from 'vitest'
import { groupName } from '../../src-main/app/import-names.ts'

describe('the identity a file belongs to', () => {
  it.each([
    ['Ada Lovelace 2.jpg', 'Ada Lovelace'],
    ['Ada_Lovelace_0001.jpg', 'Ada Lovelace'],
    ['Ada Lovelace.jpg', 'Ada Lovelace'],
    ['Ada Lovelace (3).png', 'Ada Lovelace'],
    ['Ada Lovelace-03.webp', 'Ada Lovelace'],
    ['Ada Lovelace copy 2.jpg', 'Ada Lovelace'],
    ['Ada Lovelace - Copy (2).jpg', 'Ada Lovelace'],
    ['Jean-Luc Picard 12.jpg', 'Jean-Luc Picard'],
    ['folder/Ada_Lovelace_0002.jpg', 'Ada Lovelace'],
    ['0001.jpg', '0001'],
    ['R2D2.jpg', 'R2D'],
    ['Zoe\u0308 1.jpg', 'Zoë'],
    ['a.b.c 4.jpg', 'a.b.c'],
    ['__proto__.jpg', 'proto'],
  ])('by file name, %j is %j', (path, name) => expect(groupName(path, 'name')).toBe(name))

  it.each([
    ['Ada Lovelace/1.jpg', 'Ada Lovelace'],
    ['Ada_Lovelace/1843/portrait.jpg', 'Ada_Lovelace'],
    ['__proto__/1.jpg', '__proto__'],
    ['portrait.jpg', undefined],
  ])('by sub-folder, %j is %j', (path, name) => expect(groupName(path, 'folder')).toBe(name))

  it.each([
    ['Ada Lovelace 2.jpg', 'Ada Lovelace 2'],
    ['a/b/cup-17.png', 'cup-17'],
    ['.jpg', undefined],
    [`${'x'.repeat(201)}.jpg`, undefined],
  ])('by each file, %j is %j', (path, name) => expect(groupName(path, 'file')).toBe(name))
})
