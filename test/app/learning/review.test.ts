import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeResources, temporaryFolder, testCore } from '../../core/fixture.ts'
import { openRunStore } from '../../../src-main/app/learning/run-store.ts'
import { openWith } from '../models/fixture.ts'
import { OVER, peopleAndFolder, pictureLike, runAs, triageOf } from './fixture.ts'

describe('review', () => {
  it(
    'asks in the order of worth; "no" is a cannot-link, "yes" may enrol, and each is taken back',
    { timeout: 120_000 },
    async () => {
      const core = await testCore(onTestFinished)
      const { api } = core
      const folder = temporaryFolder(onTestFinished)
      await peopleAndFolder(api, temporaryFolder(onTestFinished), folder)
      for (const pair of ['Ada+Bea', 'Ada+Bea', 'Cat+Dan', 'Bea+Cat']) pictureLike(folder, pair)
      const { id: triage } = await triageOf(api, folder)
      const { id: run } = await api.startRun({ triage, profile: 'face', config: { recipe: 'whiten', seed: 1 } })
      expect((await runAs(api, run, ...OVER)).state).toBe('done')

      const { cards, total } = await api.reviewCards({ run, offset: 0, limit: 500 })
      expect(total).toBe(cards.length)
      expect(total).toBeGreaterThan(2)
      const worths = cards.map(({ worth }) => worth)
      expect(worths).toEqual(worths.toSorted((a, b) => b - a))
      for (const card of cards) expect(card.candidate.name).not.toBe(card.second?.name)

      const [first, second] = cards
      await api.answerCard({ run, item: first!.item, answer: 'no' })
      const told = () =>
        api.reviewCards({ run, offset: 0, limit: 2 }).then((page) => page.cards.map(({ answer }) => answer))
      expect(await told()).toEqual(['no', undefined])
      const identified = async () => {
        const { found } = await api.identify({ picture: first!.token, profile: 'face' })
        return found[0]!.candidates.map(({ identityId }) => identityId)
      }
      expect(await identified()).not.toContain(first!.candidate.identityId)

      const before = (await api.status()).gallery.samples
      await api.answerCard({ run, item: second!.item, answer: 'yes', enrol: true })
      expect((await api.status()).gallery.samples).toBe(before + 1)
      expect(await api.undoAnswer(run)).toEqual({ item: second!.item })
      expect((await api.status()).gallery.samples).toBe(before)
      expect(await api.undoAnswer(run)).toEqual({ item: first!.item })
      expect(await identified()).toContain(first!.candidate.identityId)
      expect(await api.undoAnswer(run)).toBeNull()
      expect(await told()).toEqual([undefined, undefined])
    },
  )

  it('sends an answer "no" into the next run as a class that the photo is not', { timeout: 120_000 }, async () => {
    const core = await testCore(onTestFinished)
    const { api } = core
    const folder = temporaryFolder(onTestFinished)
    await peopleAndFolder(api, temporaryFolder(onTestFinished), folder)
    for (const pair of ['Ada+Bea', 'Ada+Bea', 'Cat+Dan', 'Bea+Cat']) pictureLike(folder, pair)
    const { id: triage } = await triageOf(api, folder)
    const learn = async () => {
      const { id } = await api.startRun({ triage, profile: 'face', config: { recipe: 'propagate', seed: 1 } })
      expect((await runAs(api, id, ...OVER)).problem).toBeUndefined()
      return id
    }
    const first = await learn()
    const [card] = (await api.reviewCards({ run: first, offset: 0, limit: 1 })).cards
    await api.answerCard({ run: first, item: card!.item, answer: 'no' })
    const { cards } = await api.reviewCards({ run: await learn(), offset: 0, limit: 500 })
    const again = cards.find(({ item }) => item === card!.item)
    expect(again?.candidate.identityId).not.toBe(card!.candidate.identityId)
    expect(again?.second?.identityId).not.toBe(card!.candidate.identityId)
  })

  it(
    'sends an answer "yes" without enrolling into the next runs as a label, also after a restart, until it is taken back',
    { timeout: 120_000 },
    async () => {
      const options = { dataFolder: temporaryFolder(onTestFinished), resources: fakeResources(onTestFinished) }
      let core = await testCore(onTestFinished, options)
      const folder = temporaryFolder(onTestFinished)
      await peopleAndFolder(core.api, temporaryFolder(onTestFinished), folder)
      for (const pair of ['Ada+Bea', 'Ada+Bea', 'Cat+Dan', 'Bea+Cat']) pictureLike(folder, pair)
      const { id: triage } = await triageOf(core.api, folder)
      const learn = async () => {
        const { id } = await core.api.startRun({ triage, profile: 'face', config: { recipe: 'propagate', seed: 1 } })
        expect((await runAs(core.api, id, ...OVER)).problem).toBeUndefined()
        return id
      }
      const cardOf = async (run: string) => (await core.api.reviewCards({ run, offset: 0, limit: 500 })).cards
      const restarted = async (run: string) => {
        await core.close()
        const { mustLink, photos, references } = openWith(options.dataFolder, ({ seal }) =>
          openRunStore(options.dataFolder, seal).data(run)!,
        )
        core = await testCore(onTestFinished, options)
        return mustLink!.map(([row, label]) => ({
          item: photos[row]!.item,
          identityId: references.find((one) => one.class === label)!.identityId,
        }))
      }
      const first = await learn()
      const [card, other] = await cardOf(first)
      const { item, candidate } = card!
      const samples = (await core.api.status()).gallery.samples
      await core.api.answerCard({ run: first, item, answer: 'yes' })
      expect((await core.api.status()).gallery.samples).toBe(samples)
      expect(await restarted(first)).toEqual([])

      const second = await learn()
      const asked = (await cardOf(second)).map((one) => one.item)
      expect(asked).not.toContain(item)
      expect(asked).toContain(other!.item)
      expect(await restarted(second)).toEqual([{ item, identityId: candidate.identityId }])

      expect(await core.api.undoAnswer(first)).toEqual({ item })
      const third = await learn()
      expect((await cardOf(third)).map((one) => one.item)).toContain(item)
      expect(await restarted(third)).toEqual([])
    },
  )
})
