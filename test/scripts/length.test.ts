import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tooLong } from '../../scripts/test/length.mjs'

test('a source file of 300 lines passes, one of 301 is named, other files are not measured', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'semblance-length-'))
  mkdirSync(path.join(root, 'src-main', 'deep'), { recursive: true })
  writeFileSync(path.join(root, 'src-main', 'deep', 'right.ts'), 'x\n'.repeat(300))
  writeFileSync(path.join(root, 'src-main', 'deep', 'long.ts'), 'x\n'.repeat(301))
  writeFileSync(path.join(root, 'src-main', 'deep', 'data.json'), 'x\n'.repeat(999))
  expect(tooLong(root)).toEqual([`${path.join('src-main', 'deep', 'long.ts')} has 301 lines, 300 is the limit`])
  rmSync(root, { recursive: true })
})
