import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { CoreLink } from './core-link.ts'
import { newToken } from './tokens.ts'

/** A name from the window as the name of a file: no folder, no character that a file system treats as special. */
export function fileName(name: string): string {
  const plain = [...name].map((character) =>
    character < ' ' || '\\/:*?"<>|\u007f'.includes(character) ? '-' : character,
  )
  return plain.join('').replace(/^[. ]+|[. ]+$/g, '') || 'answers.txt'
}

/** A learned model as a file; its bytes go past the window. @throws AppError */
export async function exportedModel(core: CoreLink, model: string): Promise<{ name: string; bytes: Uint8Array }> {
  const reply = await core.invoke('exportModel', [model])
  if (reply.ok) return reply.value as { name: string; bytes: Uint8Array }
  throw new AppError(reply.code, reply.message)
}

/** Writes the file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = join(dirname(path), `.${newToken()}.part`)
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Writes beside what is there already: "answers.csv", "answers (2).csv". @returns the path taken */
export async function writeBeside(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const safe = fileName(name)
  const end = extname(safe)
  for (let count = 1; ; count++) {
    const path = join(folder, count === 1 ? safe : `${basename(safe, end)} (${count})${end}`)
    try {
      await (await open(path, 'wx', 0o600)).close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && count < 1000) continue
      throw error
    }
    await writeWhole(path, content)
    return path
  }
}
