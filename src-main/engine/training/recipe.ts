import type { Tensor } from '../tf.ts'
import type { StepReport } from './control.ts'
import type { Forward } from './gradients.ts'
import type { Stored } from './network.ts'
import type { Variables } from './optimizers.ts'
import type { Observed } from './watches.ts'

/** The batch of one step. */
export interface Drawn {
  readonly pictures: number
  /** On the tape. */
  forward(): Forward<Tensor>
  /** Figures of the tensors that the forward pass let see, for the report and the watches. */
  look(seen: Readonly<Record<string, Tensor>>): {
    readonly report: Partial<StepReport>
    readonly observed?: Partial<Observed>
  }
}

/** What is trained, and on what. */
export interface Recipe {
  readonly variables: Variables
  /** Weights and all else that has to be saved with them. */
  read(): ReadonlyMap<string, Stored>
  write(stored: ReadonlyMap<string, Stored>): void
  /** Draws the batch of a step, counted from 0. `batch` is `LoopOptions.batch`, or less when memory ended. */
  draw(step: number, batch: number): Drawn
  /** Places in shuffles and the like, as JSON. */
  state(): unknown
  restore(state: unknown): void
}
