/** One measured figure. `values` are what it was made of (folds, draws, repetitions), in `unit`. */
export interface Result {
  readonly name: string
  readonly command: string
  readonly commit: string
  readonly machine: string
  readonly backend: string | null
  readonly seeds: readonly number[]
  readonly values: readonly number[]
  readonly mean: number
  readonly sd: number
  readonly unit: string
  readonly reference: { readonly what: string; readonly value: number } | null
}
