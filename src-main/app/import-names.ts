import { nameSchema } from '../contract/api.ts'
import type { ImportBy } from '../contract/types.ts'

/**
 * The identity a file of an import belongs to, by its path from the chosen folder ('/' between folders); undefined when
 * the path gives no name that an identity may have.
 *
 *     folder  Ada Lovelace/1843/portrait.jpg   Ada Lovelace
 *     name    Ada_Lovelace_0001.jpg            Ada Lovelace
 *     file    Ada Lovelace 2.jpg               Ada Lovelace 2
 */
export function groupName(relative: string, by: ImportBy): string | undefined {
  const parts = relative.split('/')
  const stem = stemOf(parts.at(-1)!)
  const raw = by === 'folder' ? (parts.length > 1 ? parts[0]! : '') : by === 'name' ? withoutNumber(stem) : stem
  const name = nameSchema.safeParse(raw)
  return name.success ? name.data : undefined
}

const stemOf = (file: string) => file.replace(/\.[^.]*$/, '')

/** "Ada_Lovelace_0001", "Ada Lovelace (2)", "Ada Lovelace-3", "Ada Lovelace copy 2" -> "Ada Lovelace"; a bare number stays. */
function withoutNumber(stem: string): string {
  const words = stem.replaceAll('_', ' ').replace(/\s+/gu, ' ').trim()
  const name = words.replace(/(?:\s*[-–.#]?\s*\(?\d+\)?|\s+copy|\s+-\s+copy)+$/iu, '').trim()
  return name === '' ? words : name
}
