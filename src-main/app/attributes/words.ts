const SHOWN = 5

/** The first few, and how many more. */
export function listed(names: readonly string[]): string {
  const more = names.length - SHOWN
  return [...names.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

export const figureText = (value: number): string => String(Number(value.toPrecision(6)))
