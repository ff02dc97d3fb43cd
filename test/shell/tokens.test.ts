import { describe, expect, it } from 'vitest'
import { createLedger, newToken } from '../../src-main/shell/tokens.ts'

const bytes = (size: number) => ({ token: newToken(), name: 'x', bytes: new Uint8Array(size) })
const path = () => ({ token: newToken(), path: '/a' })

describe('tokens', () => {
  it('are 32 hex digits and never the same', () => {
    const tokens = Array.from({ length: 10_000 }, newToken)
    expect(tokens.every((token) => /^[0-9a-f]{32}$/.test(token))).toBe(true)
    expect(new Set(tokens).size).toBe(tokens.length)
  })
})

describe('the ledger of what the window was handed', () => {
  it('keeps the order', () => {
    const ledger = createLedger()
    const entries = [path(), bytes(3), path()]
    for (const entry of entries) ledger.add(entry)
    expect(ledger.all()).toEqual(entries)
  })

  it('forgets the oldest bytes, not the paths, when the bytes become too many', () => {
    const ledger = createLedger({ entries: 100, bytes: 10 })
    const entries = [path(), bytes(4), path(), bytes(4), bytes(4)] as const
    for (const entry of entries) ledger.add(entry)
    expect(ledger.all()).toEqual([entries[0], entries[2], entries[3], entries[4]])
  })

  it('forgets the oldest entries when there are too many', () => {
    const ledger = createLedger({ entries: 3, bytes: 10 })
    const entries = Array.from({ length: 5 }, path)
    for (const entry of entries) ledger.add(entry)
    expect(ledger.all()).toEqual(entries.slice(2))
  })
})
