import type { TablePart } from '../../contract/trainer-api.ts'

/** A table of numbers, row by row. */
export interface Rows<T extends Float32Array | Uint8Array = Float32Array> {
  readonly rows: number
  readonly columns: number
  readonly values: T
}

export interface Tables {
  fill(part: TablePart): void
  /** @throws Error for a table that was not sent */
  floats(name: string): Rows
  bytes(name: string): Rows<Uint8Array>
  has(name: string): boolean
  clear(): void
}

/** Tables that arrive in parts; each becomes one array when it is first asked for. */
export function createTables(): Tables {
  const parts = new Map<string, { readonly columns: number; values: (Float32Array | Uint8Array)[] }>()

  function whole(name: string): Rows<Float32Array | Uint8Array> {
    const table = parts.get(name)
    if (!table) throw new Error(`The table "${name}" was not sent.`)
    const { columns } = table
    if (table.values.length > 1) {
      const size = table.values.reduce((sum, part) => sum + part.length, 0)
      const all = table.values[0] instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size)
      let at = 0
      for (const part of table.values) {
        all.set(part, at)
        at += part.length
      }
      table.values = [all]
    }
    const values = table.values[0]!
    return { rows: values.length / columns, columns, values }
  }

  return {
    fill({ table, columns, values }) {
      const known = parts.get(table)
      if (known && known.columns !== columns)
        throw new Error(`The table "${table}" has ${known.columns} columns, and a part of it ${columns}.`)
      if (known) known.values.push(values)
      else parts.set(table, { columns, values: [values] })
    },
    floats: (name) => whole(name) as Rows,
    bytes: (name) => whole(name) as Rows<Uint8Array>,
    has: (name) => parts.has(name),
    clear: () => parts.clear(),
  }
}

/** A table of no rows where none was sent. */
export const orEmpty = (tables: Tables, name: string, columns: number): Rows =>
  tables.has(name) ? tables.floats(name) : { rows: 0, columns, values: new Float32Array() }
