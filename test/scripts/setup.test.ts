import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { readTensorflow } from '../../scripts/setup/tensorflow.mjs'

const setup = (...args: string[]) => spawnSync(process.execPath, ['scripts/setup.mjs', ...args], { encoding: 'utf8' })

test('a step that does not exist is refused with the names of those that do', () => {
  const { status, stderr } = setup('--only', 'teapot')
  expect(status).toBe(1)
  expect(stderr).toContain('there is no step "teapot"; the steps are packages, node, tensorflow, models, build')
})

test('a step named by hand runs again and says what it found', () => {
  const { status, stdout } = setup('--only', 'models')
  expect(status).toBe(0)
  expect(stdout).toMatch(/1\/1 model files: \d+ files of face, object match their sha256/)
})

test('TensorFlow is there, or its report says why not and what would change it', () => {
  const report = readTensorflow()
  if (!report) throw new Error('set-up left no report on TensorFlow')
  expect(report.reason).not.toBe('')
  if (report.ok) {
    expect(report.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(existsSync(path.resolve('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'))).toBe(true)
  } else {
    expect(report.remedy).not.toBe('')
  }
})
