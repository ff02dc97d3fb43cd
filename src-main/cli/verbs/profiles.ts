import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { isOwn, type OwnProfileSummary } from '../../contract/types.ts'
import { withCore } from '../core.ts'
import { act, EXIT, verb } from '../run.ts'
import { counted, printable } from '../text.ts'

/** `semblance profiles list|delete` */
export function addProfiles(program: Command): void {
  const profiles = program
    .command('profiles')
    .description('Look at the profiles that networks from scratch made, and delete them.')
    .addHelpText('after', '\nExample:\n  $ semblance profiles list\n')
  addList(profiles)
  addDelete(profiles)
}

/** The stable shape of docs/cli.md. */
const profileJson = ({ createdAt, ...profile }: OwnProfileSummary) => ({
  ...profile,
  createdAt: new Date(createdAt).toISOString(),
})

function addList(profiles: Command): void {
  const command = verb(profiles, 'list', 'List the profiles of your own.', ['semblance profiles list'])
  act(command, async (run) => {
    const own = await withCore(run, (core) => core.api.profiles())
    run.output.table(
      own.map(profileJson),
      ['name', 'identities', 'samples', 'id'],
      own.map(({ name, identities, samples, id }) => [name, identities, samples, id]),
    )
    if (own.length === 0) run.output.note('There is none. semblance train FOLDER --name NAME makes one.')
    return EXIT.done
  })
}

function addDelete(profiles: Command): void {
  const command = verb(profiles, 'delete', 'Delete a profile of your own for good, with all that is enrolled in it.', [
    'semblance profiles delete --profile Digits --yes',
  ]).option('--yes', 'delete it: nothing brings it back')
  act<{ yes?: boolean }>(command, async (run, _args, { yes }) =>
    withCore(run, async (core) => {
      const { profile, profileNamed } = run
      if (!isOwn(profile))
        throw new AppError('wrong-use', 'Name a profile of your own with --profile; those of the app stay.')
      const { identities, samples } = (await core.api.profiles()).find(({ id }) => id === profile)!
      const holds = `${counted(identities, 'identity', 'identities')} and ${counted(samples, 'sample')}`
      if (!yes)
        throw new AppError(
          'wrong-use',
          `${printable(profileNamed)} holds ${holds}. --yes deletes it for good, with its models and runs.`,
        )
      const gone = await core.api.deleteProfile(profile)
      run.output.answer({ deleted: { id: profile, ...gone } }, `deleted · ${printable(profileNamed)} · ${holds}`)
      return EXIT.done
    }),
  )
}
