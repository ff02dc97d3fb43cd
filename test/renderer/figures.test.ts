import { expect, test } from 'vitest'
import { figure } from '../../src-renderer/figures.ts'

test.each([
  [0.00098, '0.00098'],
  [0, '0'],
  [0.0284, '0.028'],
  [1.234, '1.23'],
  [171.4, '171'],
])('writes %d as %s, so that no small limit reads as none', (n, text) => {
  expect(figure(n)).toBe(text)
})
