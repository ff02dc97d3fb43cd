import { Command, Option } from 'commander'
import { asAppError, AppError } from '../contract/errors.ts'
import { BACKENDS, PROFILES, type BackendName, type Profile, type ShippedProfile } from '../contract/types.ts'
import { createOutput, type Output } from './output.ts'

export const EXIT = { done: 0, failed: 1, wrongUse: 2 } as const

/** What every verb gets. */
export interface Run {
  readonly output: Output
  /** One that comes with the program, or once the gallery is open one of the user's own. */
  profile: Profile
  /** What --profile says, an own profile's name or id among others. */
  readonly profileNamed: string
  /** Whether --profile was given, for a verb that otherwise takes all. */
  readonly profileGiven: boolean
  readonly data: string | undefined
  readonly backend: BackendName | undefined
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal
}

interface CommonOptions {
  profile: string
  data?: string
  backend?: BackendName
  json?: boolean
}

/**
 * A verb with the options all verbs share, and an example in its help.
 * @param gallery the option for the gallery's folder, where a verb means something else by --data
 */
export function verb(
  parent: Command,
  usage: string,
  summary: string,
  examples: readonly string[],
  gallery = '--data <folder>',
): Command {
  return parent
    .command(usage)
    .description(summary)
    .addOption(
      new Option('--profile <name>', 'what the pictures show: face, object, or a profile of your own').default('face'),
    )
    .option(gallery, 'data folder with the gallery (default: the app’s own)')
    .addOption(new Option('--backend <name>', 'compute on this backend or fail').choices(BACKENDS))
    .option('--json', 'one JSON object a line on stdout; everything else goes to stderr')
    .addHelpText('after', `\nExample:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`)
}

/**
 * Makes an action of a function that answers with an exit code. Ctrl+C aborts the run's signal; a second one ends at once.
 * Errors become one line on stderr, and with --json an object {error} on stdout as well.
 */
export function act<O extends object>(
  command: Command,
  action: (run: Run, args: string[], options: O) => Promise<number>,
): void {
  command.action(async () => {
    const options = command.opts<CommonOptions & O>()
    const output = createOutput(options.json === true)
    const cancel = new AbortController()
    process.once('SIGINT', () => {
      cancel.abort()
      process.once('SIGINT', () => process.exit(EXIT.failed))
    })
    const run: Run = {
      output,
      profile: shipped(options.profile) ?? 'face',
      profileNamed: options.profile,
      profileGiven: command.getOptionValueSource('profile') === 'cli',
      data: options.data,
      backend: options.backend,
      signal: cancel.signal,
    }
    try {
      process.exitCode = await action(run, command.processedArgs.flat() as string[], options)
    } catch (caught) {
      process.exitCode = report(caught, output)
    }
  })
}

const shipped = (name: string): ShippedProfile | undefined => PROFILES.find((one) => one === name)

/** For a verb that opens no gallery. @throws AppError wrong-use for a profile of the user's own */
export function shippedProfile({ profileNamed }: Run): ShippedProfile {
  const profile = shipped(profileNamed)
  if (profile) return profile
  throw new AppError('wrong-use', `This verb takes the profiles ${PROFILES.join(' and ')}, not "${profileNamed}".`)
}

function report(caught: unknown, output: Output): number {
  const error = asAppError(caught)
  if (output.json) output.answer({ error: { code: error.code, message: error.message } }, '')
  output.note(`semblance: ${error.message}`)
  if (!(caught instanceof AppError) && caught instanceof Error) output.note(caught.stack ?? '')
  return error.code === 'wrong-use' ? EXIT.wrongUse : EXIT.failed
}

/** @throws AppError cancelled once Ctrl+C was pressed */
export function stopIfCancelled(run: Run): void {
  if (run.signal.aborted) throw new AppError('cancelled', 'Cancelled.')
}

/** A whole number ≥ 1 for an option. */
export function count(text: string, name: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new AppError('wrong-use', `${name} is a whole number from 1 on, here "${text}".`)
  return Number(text)
}
