/** Where a key moves to in a grid of `columns`, counted row by row; undefined for a key that moves nothing. */
export function gridTarget(
  event: { readonly key: string; readonly ctrlKey: boolean },
  at: number,
  grid: { readonly columns: number; readonly page: number; readonly length: number },
): number | undefined {
  const { columns, page, length } = grid
  const start = at - (at % columns)
  const to: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    PageDown: at + page,
    PageUp: at - page,
    Home: event.ctrlKey ? 0 : start,
    End: event.ctrlKey ? length - 1 : start + columns - 1,
  }
  return to[event.key]
}
