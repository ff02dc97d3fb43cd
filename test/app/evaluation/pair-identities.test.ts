import { describe, expect, it } from 'vitest'
import { identitiesOf, sharedIdentities } from '../../../src-main/app/evaluation/pair-identities.ts'

const row = (left: string, right: string, same: boolean) => ({ left, right, same })

describe('identities of a table of pairs', () => {
  it('are the folders where these say the same as the table', () => {
    const rows = [row('x/ada/1.jpg', 'x/ada/2.jpg', true), row('x/ada/1.jpg', 'x/bea/1.jpg', false)]
    expect(identitiesOf(rows)).toEqual([['x/ada', 'x/ada'], ['x/ada', 'x/bea']]) // prettier-ignore
  })

  it('are what genuine pairs join where pictures lie together', () => {
    const rows = [
      row('1.jpg', '2.jpg', true),
      row('3.jpg', '4.jpg', true),
      row('2.jpg', '3.jpg', false),
      row('5.jpg', '1.jpg', false),
      row('2.jpg', '6.jpg', true),
    ]
    const owners = identitiesOf(rows)
    expect(owners[0]![0]).toBe(owners[0]![1])
    expect(owners[4]).toEqual(owners[0])
    expect(owners[2]).toEqual([owners[0]![0], owners[1]![0]])
    expect(new Set(owners.flat()).size).toBe(3)
  })

  it('are counted when they are in several folds', () => {
    const pair = (fold: number, ...owners: string[]) => ({ fold, owners })
    expect(sharedIdentities([pair(1, 'a', 'b'), pair(2, 'c', 'c'), pair(2, 'b', 'd')])).toBe(1)
    expect(sharedIdentities([pair(1, 'a', 'b'), pair(1, 'a', 'a')])).toBe(0)
  })
})
