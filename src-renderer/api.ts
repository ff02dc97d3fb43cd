import { API, SHELL, type Api, type Bridge, type ShellApi } from '../src-main/contract/api.ts'
import { client } from '../src-main/contract/call.ts'
import { AppError, ERROR_CODES } from '../src-main/contract/errors.ts'
import type { Adopted, Box } from '../src-main/contract/types.ts'

declare global {
  interface Window {
    readonly bridge: Bridge
  }
}

export const api = client<Api & ShellApi>({ ...API, ...SHELL }, (method, args) => window.bridge.invoke(method, args))

/** Hands files that were dropped, pasted or filmed to the core. @throws AppError */
export async function adopt(files: readonly File[]): Promise<Adopted[]> {
  const reply = await window.bridge.adopt(files)
  if (reply.ok) return reply.value
  throw new AppError(ERROR_CODES.includes(reply.code) ? reply.code : 'internal', reply.message)
}

/** The shell serves pictures beside the page; sizes are the longest side in pixels. */
export const thumbUrl = (sample: string) => `./thumb/${sample}`
export const sampleUrl = (sample: string, size: number) => `./sample/${sample}?size=${size}`
export function pictureUrl(token: string, size: number, box?: Box): string {
  const part = box ? `&box=${[box.x, box.y, box.width, box.height].map((n) => Math.round(n * 10) / 10).join(',')}` : ''
  return `./picture/${token}?size=${size}${part}`
}
