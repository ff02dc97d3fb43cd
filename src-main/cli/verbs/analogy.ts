import type { Command } from 'commander'
import type { AnalogyAnswer, AnalogyMatch, AnalogySide, AnalogyTerm } from '../../contract/analogies.ts'
import { asAppError, AppError } from '../../contract/errors.ts'
import { adopt, findIdentity, naming, withCore, type Core } from '../core.ts'
import { act, EXIT, verb, type Run } from '../run.ts'
import { counted, distanceText, printable } from '../text.ts'

const PLACES = ['pictures', 'gallery'] as const
type Place = (typeof PLACES)[number]

interface AnalogyOptions {
  readonly from: string
  readonly main?: boolean
}

/** `semblance analogy A B C` */
export function addAnalogy(program: Command): void {
  const command = verb(program, 'analogy', 'A is to B as C is to what? The gallery answers with its five nearest.', [
    'semblance analogy --profile object red-cup.jpg blue-cup.jpg red-plate.jpg',
    'semblance analogy --from gallery "Ada, young" "Ada, old" "Bea, young"',
    'semblance analogy --from gallery,gallery,pictures "Ada, young" "Ada, old" bea.jpg',
  ])
    .argument('<a>', 'a picture, or with --from an identity (name or id) or a sample (id)')
    .argument('<b>', 'what A becomes')
    .argument('<c>', 'what is asked about')
    .option(
      '--from <place>',
      'where A, B and C come from: pictures or gallery, one for all or three with commas',
      'pictures',
    )
    .option('--main', 'take the largest, most central face where a picture shows several')

  act<AnalogyOptions>(command, async (run, given, options) => {
    const places = placesOf(options.from)
    const answer = await withCore(run, async (core) => {
      const terms: AnalogyTerm[] = []
      for (const [i, one] of given.entries())
        terms.push(await termOf(core, run, places[i]!, one, options.main === true))
      const [a, b, c] = terms as [AnalogyTerm, AnalogyTerm, AnalogyTerm]
      return core.api.analogy({ a, b, c, profile: run.profile }).catch((caught: unknown) => {
        const { code, message } = asAppError(caught)
        throw code === 'several-faces' ? new AppError(code, `${message} --main takes the largest.`) : caught
      })
    })
    run.output.answer(analogyJson(answer, given), analogyText(answer))
    return EXIT.done
  })
}

function placesOf(text: string): readonly Place[] {
  const places = text.split(',').map((part) => PLACES.find((place) => place === part.trim()))
  const all = places.length === 1 ? [places[0], places[0], places[0]] : places
  if (all.length === 3 && all.every((place) => place !== undefined)) return all
  throw new AppError('wrong-use', `--from takes pictures or gallery, once or three times with commas, not "${text}".`)
}

async function termOf(core: Core, run: Run, place: Place, given: string, main: boolean): Promise<AnalogyTerm> {
  if (place === 'gallery') return inGallery(core, run, given)
  const { token, isFolder } = await adopt(core, given)
  if (isFolder) throw new AppError('wrong-use', `${given} is a folder; an analogy takes a picture.`)
  if (!main || run.profile !== 'face') return { picture: token }
  try {
    const [first] = (await core.api.inspect({ picture: token, profile: run.profile })).found
    return { picture: token, ...(first && { box: first.box }) }
  } catch (error) {
    throw naming(error, given)
  }
}

/** An identity by name or id; an id that no identity has is taken for a sample's. */
async function inGallery(core: Core, run: Run, given: string): Promise<AnalogyTerm> {
  try {
    return { identityId: (await findIdentity(core, given, run.profile)).id }
  } catch (error) {
    if (!/^[0-9a-f]{32}$/.test(given) || asAppError(error).code !== 'not-found') throw error
    return { sampleId: given }
  }
}

/** The stable shape of docs/cli.md. */
function analogyJson({ profile, model, a, b, c, found, plain, gain, candidates }: AnalogyAnswer, given: string[]) {
  const [first, second, third] = [a, b, c].map((side, i) => sideJson(side, given[i]!))
  const sides = { a: first, b: second, c: third }
  return { profile, model, ...sides, found: found.map(matchJson), plain: matchJson(plain), gain, candidates }
}

function sideJson(side: AnalogySide, given: string) {
  if (side.kind === 'picture') return { path: given, box: side.box }
  const { identityId, name } = side
  return { id: identityId, name, ...(side.kind === 'sample' && { sample: side.sampleId }) }
}

const matchJson = ({ identityId, name, sampleId, distance, fromC }: AnalogyMatch) => ({
  id: identityId,
  name,
  sample: sampleId,
  distance,
  fromC,
})

function analogyText({ found, plain, gain, candidates }: AnalogyAnswer): string {
  const lines = found.map(
    ({ name, distance, fromC }, rank) =>
      `${rank + 1}. ${printable(name)} · distance ${distanceText(distance)} (from C ${distanceText(fromC)})`,
  )
  const alone =
    found[0]?.identityId === plain.identityId
      ? 'C alone gives the same: A and B change nothing about the first answer.'
      : `C alone gives ${printable(plain.name)} · distance ${distanceText(plain.distance)} (from C ${distanceText(plain.fromC)}): with A and B the answer is nearer by ${distanceText(gain)}.`
  return [...lines, `${alone} Of ${counted(candidates, 'candidate')}.`].join('\n')
}
