import type { Command } from 'commander'
import type { Identity, Sample } from '../../contract/types.ts'
import { allIdentities, boxText, findIdentity, withCore } from '../core.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, printable } from '../text.ts'

/** `semblance gallery list|show|rename|merge|delete|undo` */
export function addGallery(program: Command): void {
  const gallery = program
    .command('gallery')
    .description('Look at the gallery and change it.')
    .addHelpText('after', '\nExample:\n  $ semblance gallery list --search ada\n')
  addList(gallery)
  addShow(gallery)
  addChanges(gallery)
}

/** Without --profile a name is looked for in all profiles. */
const within = (run: Run) => (run.profileGiven ? run.profile : undefined)
const day = (ms: number) => new Date(ms).toISOString()

function identityJson({ id, name, profile, samples, createdAt, changedAt }: Identity) {
  return { id, name, profile, samples, createdAt: day(createdAt), changedAt: day(changedAt) }
}

function addList(gallery: Command): void {
  const command = verb(gallery, 'list', 'List identities.', ['semblance gallery list --search ada']).option(
    '--search <text>',
    'only names that contain this',
  )
  act<{ search?: string }>(command, async (run, _args, { search }) => {
    const identities = await withCore(run, (core) => {
      const profile = within(run)
      const filter = { ...(search ? { search } : {}), ...(profile ? { profile } : {}), order: 'name' as const }
      return allIdentities(core, filter)
    })
    run.output.table(
      identities.map(identityJson),
      ['name', 'profile', 'samples', 'id'],
      identities.map(({ name, profile: of, samples, id }) => [name, of, samples, id]),
    )
    if (identities.length === 0) run.output.note('No identity is there. semblance enroll NAME IMAGE adds one.')
    return EXIT.done
  })
}

function sampleJson({ id, sourceName, box, overridden, keeps, width, height, createdAt, quality }: Sample) {
  return {
    id,
    sourceName,
    box,
    overridden,
    keeps,
    width,
    height,
    createdAt: day(createdAt),
    quality: { passes: quality.passes },
  }
}

function addShow(gallery: Command): void {
  const command = verb(gallery, 'show', 'Show an identity and its samples.', ['semblance gallery show "Ada Lovelace"'])
  act(command.argument('<identity>', 'name or id'), async (run, [which]) => {
    const detail = await withCore(run, async (core) =>
      core.api.identity((await findIdentity(core, which!, within(run))).id),
    )
    const lines = [
      `${printable(detail.name)} · ${detail.profile} · ${counted(detail.all.length, 'sample')} · ${detail.id}`,
      ...detail.all.map(
        (sample) =>
          `  ${sample.id} · ${printable(sample.sourceName)} (${boxText(sample.box)}) · ${day(sample.createdAt)}${sample.overridden ? ' · enrolled although a quality check fails' : ''}`,
      ),
    ]
    run.output.answer({ ...identityJson(detail), all: detail.all.map(sampleJson) }, lines.join('\n'))
    return EXIT.done
  })
}

function addChanges(gallery: Command): void {
  const rename = verb(gallery, 'rename', 'Give an identity another name.', [
    'semblance gallery rename Ada "Ada Lovelace"',
  ])
    .argument('<identity>', 'name or id')
    .argument('<name>', 'the new name')
  act(rename, async (run, [which, name]) => {
    const identity = await withCore(run, async (core) =>
      core.api.rename({ id: (await findIdentity(core, which!, within(run))).id, name: name! }),
    )
    run.output.answer(identityJson(identity), `renamed · ${printable(identity.name)} · ${identity.id}`)
    return EXIT.done
  })

  const merge = verb(gallery, 'merge', 'Move all samples of one identity into another.', [
    'semblance gallery merge "A. Lovelace" Ada',
  ])
    .argument('<from>', 'name or id; it is deleted')
    .argument('<into>', 'name or id')
  act(merge, async (run, [from, into]) => {
    const identity = await withCore(run, async (core) => {
      const [source, goal] = [
        await findIdentity(core, from!, within(run)),
        await findIdentity(core, into!, within(run)),
      ]
      return core.api.merge({ from: source.id, into: goal.id })
    })
    run.output.answer(
      identityJson(identity),
      `merged · ${printable(identity.name)} · ${counted(identity.samples, 'sample')} · ${identity.id}`,
    )
    return EXIT.done
  })

  const remove = verb(gallery, 'delete', 'Delete an identity with its samples; undo brings it back.', [
    'semblance gallery delete Ada',
  ])
  act(remove.argument('<identity>', 'name or id'), async (run, [which]) => {
    const identity = await withCore(run, async (core) => {
      const found = await findIdentity(core, which!, within(run))
      await core.api.deleteIdentity(found.id)
      return found
    })
    run.output.answer(
      { deleted: identityJson(identity) },
      `deleted · ${printable(identity.name)} · semblance gallery undo brings it back`,
    )
    return EXIT.done
  })

  const undo = verb(gallery, 'undo', 'Take back the last rename, move, merge or delete.', ['semblance gallery undo'])
  act(undo, async (run) => {
    const { label } = await withCore(run, (core) => core.api.undo())
    run.output.answer({ undone: label }, `undone · ${printable(label)}`)
    return EXIT.done
  })
}
