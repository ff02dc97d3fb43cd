import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Puts a folder with its files in a place that is free; after the return all of it survives a power cut. */
export function moveFolderDurably(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    const file = openSync(join(from, name), 'r+')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
  syncFolder(from)
  renameSync(from, to)
  syncFolder(dirname(from))
  syncFolder(dirname(to))
}

/** Puts `from` in the place of `to`; after the return both survive a power cut. */
export function renameDurably(from: string, to: string): void {
  const file = openSync(from, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(from, to)
  syncFolder(dirname(to))
}

/** Writes beside `path` and renames: at any moment the old file or the new one is there, whole. */
export function writeDurably(path: string, bytes: string | Uint8Array, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.part`
  try {
    const file = openSync(temporary, 'w', mode)
    try {
      const data = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes
      for (let at = 0; at < data.byteLength;) at += writeSync(file, data, at)
    } finally {
      closeSync(file)
    }
    renameDurably(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function syncFolder(path: string): void {
  // Windows cannot open a folder for writing and keeps its renames in the journal of the file system.
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
