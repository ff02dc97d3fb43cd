import type { Tensors } from '../backends/trace.ts'
import type { Tensor } from '../tf.ts'
import type { StepReport } from './control.ts'
import type { Forward } from './gradients.ts'
import type { Stored } from './network.ts'
import type { Variables } from './optimizers.ts'
import type { Observed } from './watches.ts'

/** The batch of one step. */
export type Drawn = Looked & (PlainDrawn | RecordedDrawn)

interface PlainDrawn {
  /** On the tape, operation by operation. */
  forward(): Forward<Tensor>
}

interface RecordedDrawn {
  /** What `Recipe.forward` is a function of. Called, and freed, in the step; all that changes from step to step is among it. */
  inputs(): Tensors
}

interface Looked {
  readonly pictures: number
  /** Figures of the tensors that the forward pass let see, for the report and the watches. */
  look(seen: Readonly<Record<string, Tensor>>): {
    readonly report: Partial<StepReport>
    readonly observed?: Partial<Observed>
  }
}

/** What is trained, and on what. */
export interface Recipe {
  readonly variables: Variables
  /**
   * On the tape, for batches that give inputs. It may be recorded and run as a graph, so it is a function of the inputs, of variables
   * and of `drawn` alone.
   */
  forward?(inputs: Tensors): Forward<Tensor>
  /** Weights and all else that has to be saved with them. */
  read(): ReadonlyMap<string, Stored>
  write(stored: ReadonlyMap<string, Stored>): void
  /** Draws the batch of a step, counted from 0. `batch` is `LoopOptions.batch`, or less when memory ended. */
  draw(step: number, batch: number): Drawn
  /** Places in shuffles and the like, as JSON. */
  state(): unknown
  restore(state: unknown): void
}
