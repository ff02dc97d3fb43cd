import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  decode,
  encode,
  newestCheckpoint,
  weightHash,
  writeCheckpoint,
  type Checkpoint,
} from '../../../src-main/engine/training/checkpoint.ts'
import { draws } from './fixture.ts'

function checkpoint(step: number, size = 1000): Checkpoint {
  return {
    step,
    numbers: { accBeta1: 0.9 ** step, text: 'é' },
    tensors: new Map([
      ['a/kernel', { shape: [size / 10, 10], values: draws(size, step) }],
      ['scalar', { shape: [], values: Float32Array.of(step) }],
    ]),
  }
}

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'semblance-checkpoint-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a checkpoint', () => {
  it('comes back bit for bit', () => {
    const before = checkpoint(7)
    const after = decode(encode(before))
    expect(after).toEqual(before)
    expect(weightHash(after.tensors)).toBe(weightHash(before.tensors))
  })

  it('is refused when any one byte differs or is missing', () => {
    const bytes = encode(checkpoint(1, 100))
    for (let at = 0; at < bytes.length; at += 13) {
      const changed = bytes.slice()
      changed[at]! ^= 4
      expect(() => decode(changed)).toThrow()
    }
    for (const length of [0, 10, 90, bytes.length - 1]) expect(() => decode(bytes.slice(0, length))).toThrow()
  })

  it('is kept with the one before it; older ones go', () => {
    for (const step of [1, 2, 3, 4]) writeCheckpoint(folder, checkpoint(step))
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-0000000003', 'checkpoint-0000000004'])
    expect(newestCheckpoint(folder)!.checkpoint.step).toBe(4)
  })

  it('that is damaged is passed over, with the reason', () => {
    for (const step of [1, 2]) writeCheckpoint(folder, checkpoint(step))
    const path = join(folder, 'checkpoint-0000000002')
    writeFileSync(path, readFileSync(path).subarray(0, 500))
    const found = newestCheckpoint(folder)!
    expect(found.checkpoint.step).toBe(1)
    expect(found.damaged).toEqual([{ path, reason: 'The checkpoint differs from its checksum.' }])
  })

  it('that is alone and damaged, or a folder that is not there, is no checkpoint', () => {
    expect(newestCheckpoint(join(folder, 'absent'))).toBeUndefined()
    writeFileSync(join(folder, 'checkpoint-0000000001'), 'x')
    expect(newestCheckpoint(folder)).toBeUndefined()
  })

  it('takes away what a killed process left half-written', () => {
    writeFileSync(join(folder, 'checkpoint-0000000001.1.part'), 'x')
    writeCheckpoint(folder, checkpoint(1))
    expect(readdirSync(folder)).toEqual(['checkpoint-0000000001'])
  })
})

/** Kills a process that writes checkpoints as fast as it can, after some milliseconds of writing. */
async function killedAfter(ms: number): Promise<number> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'checkpoint-writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    const steps = text.trim().split('\n').map(Number)
    acknowledged = Math.max(acknowledged, ...steps)
  })
  await once(child.stdout, 'data')
  await new Promise((wake) => setTimeout(wake, ms))
  child.kill('SIGKILL')
  await once(child, 'close')
  return acknowledged
}

describe('fifty kills while checkpoints are written', () => {
  it('leave the newest acknowledged one, or a newer one, whole each time', { timeout: 120_000 }, async () => {
    for (let kill = 0; kill < 50; kill++) {
      const acknowledged = await killedAfter((kill * 7) % 40)
      const found = newestCheckpoint(folder)!
      expect(found.damaged).toEqual([])
      expect(found.checkpoint.step).toBeGreaterThanOrEqual(acknowledged)
      expect(found.checkpoint.tensors.get('scalar')!.values[0]).toBe(found.checkpoint.step)
    }
    // Whole ones at most two, and at most one half-written by the last process.
    expect(readdirSync(folder).length).toBeLessThanOrEqual(4)
  })
})
