import { API, SHELL, type ShellApi } from '../contract/api.ts'
import { server, type Invoke, type Reply } from '../contract/call.ts'

/** Generous for a person who clicks fast, far too little to keep the core from its work. */
const LIMITS = { burst: 600, perSecond: 200, argument: 4 * 1024 * 1024, text: 256 * 1024 * 1024 }

const refuse = (message: string): Reply => ({ ok: false, code: 'wrong-use', message })

/**
 * Everything the window may ask: the names of `API` go to the core, those of `SHELL` to the shell. What the shell alone
 * may ask of the core (`HOST`) has no way through.
 */
export function windowRequests(
  core: Invoke,
  shell: ShellApi,
  onBug: (error: unknown) => void,
  now: () => number = Date.now,
): Invoke {
  const ofShell = server(SHELL, shell, onBug)
  const allow = bucket(LIMITS.burst, LIMITS.perSecond, now)
  return async (method: unknown, args: unknown) => {
    if (typeof method !== 'string' || !Array.isArray(args))
      return refuse('A request is a name and a list of arguments.')
    if (!allow()) return refuse('Too many requests at once. Wait a second and repeat the request.')
    const forShell = Object.hasOwn(SHELL, method)
    if (!forShell && !Object.hasOwn(API, method)) return refuse(`There is no request "${method.slice(0, 60)}".`)
    if (weight(args) > (method === 'saveText' ? LIMITS.text : LIMITS.argument))
      return refuse(`${method}: too much at once.`)
    if (forShell) return ofShell(method, args)
    // The core checks again; here a wrong payload goes no further than the shell.
    const schema = API[method as keyof typeof API]
    const parsed = schema.safeParse(args)
    return parsed.success
      ? core(method, parsed.data)
      : refuse(`${method}: its arguments do not have the expected form.`)
  }
}

function bucket(burst: number, perSecond: number, now: () => number): () => boolean {
  let left = burst
  let last = now()
  return () => {
    const at = now()
    left = Math.min(burst, left + ((at - last) / 1000) * perSecond)
    last = at
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** Characters and bytes in a value, roughly; endless for what nests deeper than any request of ours. */
function weight(value: unknown, depth = 0): number {
  if (depth > 12) return Infinity
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (ArrayBuffer.isView(value)) return value.byteLength
  let sum = 8
  for (const [key, part] of Object.entries(value)) {
    sum += key.length + weight(part, depth + 1)
    if (sum > LIMITS.text) return sum
  }
  return sum
}
