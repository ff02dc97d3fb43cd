import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cached } from '../../scripts/setup/cache.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'semblance-cache-'))
  vi.stubEnv('SEMBLANCE_CACHE', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('a folder is made once and found afterwards', async () => {
  const make = vi.fn(async (place: string) => writeFileSync(path.join(place, 'a'), '1'))
  const place = await cached('thing-1', make)
  expect(await cached('thing-1', make)).toBe(place)
  expect(make).toHaveBeenCalledTimes(1)
  expect(readdirSync(place)).toEqual(['a'])
})

test('a maker that fails leaves nothing behind', async () => {
  const broken = async (place: string) => {
    writeFileSync(path.join(place, 'half'), '')
    throw new Error('the disk is full')
  }
  await expect(cached('thing-1', broken)).rejects.toThrow('the disk is full')
  expect(readdirSync(folder)).toEqual([])
})

test('what a killed process left half made is cleared once it is old, and never taken for finished', async () => {
  const left = path.join(folder, 'unfinished-abc')
  const fresh = path.join(folder, 'unfinished-def')
  mkdirSync(left)
  mkdirSync(fresh)
  utimesSync(left, new Date(0), new Date(0))
  await cached('thing-1', async () => {})
  expect(existsSync(left)).toBe(false)
  expect(existsSync(fresh)).toBe(true)
})

test('of two makers of the same folder the slower one takes the finished folder of the other', async () => {
  const make = (text: string, ms: number) => async (place: string) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    writeFileSync(path.join(place, 'a'), text)
  }
  const [first, second] = await Promise.all([cached('thing-1', make('1', 0)), cached('thing-1', make('2', 200))])
  expect(first).toBe(second)
  expect(readdirSync(folder)).toEqual(['thing-1'])
})
