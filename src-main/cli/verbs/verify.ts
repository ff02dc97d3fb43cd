import type { Command } from 'commander'
import type { Verdict, VerifyAnswer, VerifySide } from '../../contract/types.ts'
import { adopt, boxText, withCore } from '../core.ts'
import { findAttribute } from '../find-attribute.ts'
import { act, EXIT, verb } from '../run.ts'
import { distanceText, printable } from '../text.ts'

const EXIT_OF: Record<Verdict, number> = { same: 0, different: 1, uncertain: 3 }

/** `semblance verify A B` */
export function addVerify(program: Command): void {
  const command = verb(program, 'verify', 'Say whether two pictures show the same one.', [
    'semblance verify passport.jpg door.jpg',
    'semblance verify --profile object --exit-code mug-1.png mug-2.png',
    'semblance verify ada.jpg zoe.jpg --by hair',
  ])
    .argument('<a>', 'a picture')
    .argument('<b>', 'another picture')
    .option('--by <attribute>', 'compare by an attribute that was learned, instead of by the whole picture')
    .option('--exit-code', 'exit with 0 same, 1 different, 3 uncertain')

  act<{ exitCode?: boolean; by?: string }>(command, async (run, [a, b], { exitCode, by }) => {
    const answer = await withCore(run, async (core) => {
      const [left, right] = [await adopt(core, a!), await adopt(core, b!)]
      return core.api.verify({
        ...{ a: { picture: left.token }, b: { picture: right.token }, profile: run.profile },
        ...(by !== undefined && { by: (await findAttribute(core, run, by)).id }),
      })
    })
    run.output.answer(verifyJson(answer, a!, b!), verifyText(answer, a!, b!))
    return exitCode ? EXIT_OF[answer.verdict] : EXIT.done
  })
}

/** The stable shape of docs/cli.md. */
function verifyJson(answer: VerifyAnswer, a: string, b: string) {
  const { verdict, distance, profile, model } = answer
  const { same, different } = answer.thresholds
  return {
    verdict,
    distance,
    thresholds: { same, different },
    profile,
    model,
    ...(answer.by && { by: answer.by }),
    a: { path: a, box: answer.a.box },
    b: { path: b, box: answer.b.box },
  }
}

function verdictLine(answer: VerifyAnswer): string {
  const { distance, thresholds } = answer
  const limits = `same up to ${distanceText(thresholds.same)}, different from ${distanceText(thresholds.different)}`
  return `${answer.verdict}${answer.by ? ` ${printable(answer.by.name)}` : ''} · distance ${distanceText(distance)} (${limits})`
}

function verifyText(answer: VerifyAnswer, a: string, b: string): string {
  const side = (path: string, { box, faces, index }: VerifySide) =>
    `  ${printable(path)}: ${faces > 1 ? `face ${index + 1} of ${faces}, ` : ''}${boxText(box)}`
  return [verdictLine(answer), side(a, answer.a), side(b, answer.b)].join('\n')
}
