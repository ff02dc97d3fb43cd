import { AppError } from '../../contract/errors.ts'

/** Who learns now: a run, such as attributes also are, or a comparison of the lab. */
export interface Learner {
  readonly kind: 'run' | 'comparison'
  readonly title: string
}

export interface Turn {
  /** Adds one who is asked whether he learns. */
  ask(who: () => Learner | undefined): void
  learner(): Learner | undefined
  /** @throws AppError wrong-use that says who learns */
  mustBeFree(): void
}

/** One learns at a time: it has every core and the memory of the device. */
export function createTurn(): Turn {
  const asked: (() => Learner | undefined)[] = []
  const learner = () => asked.map((who) => who()).find((one) => one !== undefined)
  return {
    ask: (who) => void asked.push(who),
    learner,
    mustBeFree() {
      const busy = learner()
      if (busy) throw new AppError('wrong-use', `${busy.title} is learning. Pause or cancel it, then start this one.`)
    },
  }
}
