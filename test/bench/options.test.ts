import { describe, expect, it } from 'vitest'
import { benchOptions } from '../../bench/options.ts'

describe('what a bench is told', () => {
  it('is its names and numbers in any order', () => {
    expect(benchOptions(['--seed', '3', 'omniglot', '--steps', '200', '--backend', 'wasm'])).toEqual({
      names: ['omniglot'],
      draws: undefined,
      seed: 3,
      steps: 200,
      backend: 'wasm',
      faithful: false,
      ask: false,
    })
  })

  it('is refused where a number is none, a backend unknown or an option unheard of', () => {
    expect(() => benchOptions(['omniglot', '--steps', '0'])).toThrow('--steps takes a whole number from 1 on')
    expect(() => benchOptions(['omniglot', '--seed', '1.5'])).toThrow('--seed takes a whole number')
    expect(() => benchOptions(['omniglot', '--backend', 'abacus'])).toThrow('no backend "abacus"')
    expect(() => benchOptions(['omniglot', '--speed', '1'])).toThrow('--speed')
  })
})
