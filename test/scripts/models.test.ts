import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkModelFolder } from '../../scripts/setup/models.mjs'

let root: string
let folder: string
const content = 'weights'

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'semblance-models-'))
  folder = path.join(root, 'face')
  mkdirSync(folder)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const files = [{ name: 'net.bin', sha256, bytes: content.length }]
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ files }))
  writeFileSync(path.join(folder, 'net.bin'), content)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('files that match their manifest pass', () => {
  expect(checkModelFolder(folder)).toBe(1)
})

test('a missing, a shortened and a changed file are each named with what is wrong', () => {
  writeFileSync(path.join(folder, 'net.bin'), 'weighty')
  expect(() => checkModelFolder(folder)).toThrow('face/net.bin has another content')
  writeFileSync(path.join(folder, 'net.bin'), 'w')
  expect(() => checkModelFolder(folder)).toThrow('face/net.bin has 1 bytes where its manifest says 7')
  rmSync(path.join(folder, 'net.bin'))
  expect(() => checkModelFolder(folder)).toThrow('face/net.bin is missing')
})

test('a folder without a manifest is named', () => {
  rmSync(path.join(folder, 'manifest.json'))
  expect(() => checkModelFolder(folder)).toThrow('manifest of the face networks')
})

test('the shipped networks are whole', () => {
  expect(checkModelFolder(path.resolve('resources/models/face'))).toBeGreaterThan(0)
  expect(checkModelFolder(path.resolve('resources/models/object'))).toBeGreaterThan(0)
})
