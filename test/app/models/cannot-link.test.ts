import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../core/fixture.ts'
import { between, world } from './fixture.ts'

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
/** Where the engine without networks finds everything. */
const box = { x: 0, y: 0, width: 10, height: 10 }

describe('an answer "no"', () => {
  it('is obeyed at once: that identity is no candidate for that face of that picture, and only there', async () => {
    const first = await world(temporaryFolder(onTestFinished))
    const ada = await first.add('Ada')
    const bob = await first.add('Bob')
    const eve = await first.add('Eve', 'MANY').catch(() => undefined)
    expect(eve).toBeUndefined()
    const elsewhere = { ...box, x: 8 }
    const core = await between(first, (gallery) => {
      gallery.cannotLink(sha256(ada.path), box, ada.identity)
      gallery.cannotLink(sha256(bob.path), elsewhere, bob.identity)
    })
    expect(await core.who(ada.path)).toMatchObject({ verdict: 'unknown', candidates: [{ name: 'Bob' }] })
    // Its box lies beside what is found in the picture.
    expect(await core.who(bob.path)).toMatchObject({ verdict: 'known', candidates: [{ name: 'Bob' }, { name: 'Ada' }] })

    const picture = await core.adopt(ada.path)
    await core.api.changeSettings({ candidates: 1 })
    expect((await core.who(ada.path)).candidates.map(({ name }) => name)).toEqual(['Bob'])
    await core.api.undo()
    await core.api.undo()
    expect(await core.who(ada.path)).toMatchObject({ verdict: 'known', candidates: [{ name: 'Ada' }] })
    expect((await core.api.inspect({ picture, profile: 'object' })).found[0]!.duplicate.kind).toBe('same-picture')
  })
})
