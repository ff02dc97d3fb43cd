import type { PairRow } from './pairs-table.ts'

const folderOf = (path: string) => path.replaceAll('\\', '/').split('/').slice(0, -1).join('/')

/**
 * Who the pictures of a table show, for intervals that draw identities. Where the pictures of every genuine pair lie in one
 * folder and those of every impostor pair in two, a folder is an identity. Otherwise genuine pairs tell: pictures that they
 * join are of one identity, and a picture that none joins stands for itself.
 * @returns the two identities of each row, equal ones for a genuine pair
 */
export function identitiesOf(rows: readonly PairRow[]): (readonly [string, string])[] {
  if (rows.every(({ left, right, same }) => (folderOf(left) === folderOf(right)) === same))
    return rows.map(({ left, right }) => [folderOf(left), folderOf(right)])
  const parent = new Map<string, string>()
  const root = (path: string): string => {
    let at = path
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up
    return at
  }
  for (const { left, right, same } of rows) {
    const [a, b] = [root(left), root(right)]
    if (same && a !== b) parent.set(a, b)
  }
  return rows.map(({ left, right }) => [root(left), root(right)])
}

/** How many identities are in pairs of more than one fold: what is learned from folds then knows them. */
export function sharedIdentities(
  pairs: readonly { readonly fold: number; readonly owners: readonly string[] }[],
): number {
  const folds = new Map<string, Set<number>>()
  for (const { fold, owners } of pairs)
    for (const owner of owners) folds.set(owner, (folds.get(owner) ?? new Set()).add(fold))
  return [...folds.values()].filter((of) => of.size > 1).length
}
