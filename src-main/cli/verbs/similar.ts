import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { SimilarAnswer, SimilarRequest } from '../../contract/attributes.ts'
import { adopt, findIdentity, withCore, type Core } from '../core.ts'
import { findAttribute } from '../find-attribute.ts'
import { act, count, EXIT, verb, type Run } from '../run.ts'
import { distanceText } from '../text.ts'

/** `semblance similar PICTURE|NAME` */
export function addSimilar(program: Command): void {
  const command = verb(
    program,
    'similar',
    'List the identities that look most alike, by the whole or by an attribute.',
    ['semblance similar ada.jpg --by hair', 'semblance similar "Ada Lovelace" --count 5'],
  )
    .argument('<picture or name>', 'a picture, or the name or id of an identity')
    .option('--by <attribute>', 'compare by an attribute that was learned')
    .option('--count <number>', 'how many (default: 10)')
  act<{ by?: string; count?: string }>(command, async (run, [which], options) => {
    const limit = options.count === undefined ? 10 : Math.min(100, count(options.count, '--count'))
    const answer = await withCore(run, async (core) =>
      core.api.similar({
        profile: run.profile,
        to: await probe(core, run, which!),
        limit,
        ...(options.by !== undefined && { by: (await findAttribute(core, run, options.by)).id }),
      }),
    )
    tell(run, answer)
    return EXIT.done
  })
}

/** A file that is there is a picture; anything else is a name. */
async function probe(core: Core, run: Run, which: string): Promise<SimilarRequest['to']> {
  const isFile = await stat(which).then(
    (found) => found.isFile(),
    () => false,
  )
  if (isFile) return { picture: (await adopt(core, which)).token }
  return { identityId: (await findIdentity(core, which, run.profile)).id }
}

function tell({ output }: Run, { matches, by, thresholds }: SimilarAnswer): void {
  const verdict = (distance: number) =>
    distance <= thresholds.same ? 'same' : distance >= thresholds.different ? 'different' : 'uncertain'
  output.table(
    matches.map(({ identityId, name, sampleId, distance }) => ({
      ...{ id: identityId, name, sample: sampleId, distance, verdict: verdict(distance) },
      ...(by && { by: { id: by.id, name: by.name } }),
    })),
    ['name', 'distance', by?.name ?? 'verdict', 'id'],
    matches.map(({ name, distance, identityId }) => [name, distanceText(distance), verdict(distance), identityId]),
  )
  if (matches.length === 0) output.note('The gallery has no other identity to compare with.')
}
