import { z } from 'zod'
import { AppError, ERROR_CODES, type ErrorCode } from './errors.ts'

/** What crosses a process boundary: errors travel as data, because a class and its code would be lost. */
export type Reply<T = unknown> = { ok: true; value: T } | { ok: false; code: ErrorCode; message: string }

/** The method names of A, each with the schema of its arguments; the compiler refuses a missing or an extra name. */
export type Methods<A> = {
  readonly [K in keyof A]: A[K] extends (...args: infer P) => unknown ? z.ZodType<P> : never
}
export type Invoke = (method: string, args: readonly unknown[]) => Promise<Reply>

/** Any arguments: for a boundary between two processes of ours that the same build made. */
export const trusted = <P extends unknown[]>() => z.custom<P>((value) => Array.isArray(value))

/** The side that serves: `invoke` on `target`, but only the methods named, and only with arguments their schema accepts. */
export function server<A extends object>(methods: Methods<A>, target: A, onBug: (error: unknown) => void): Invoke {
  const table = target as Record<string, (...args: unknown[]) => Promise<unknown>>
  const schemas = methods as Record<string, z.ZodType<unknown[]>>
  return async (method, args) => {
    try {
      if (!Object.hasOwn(schemas, method)) throw new AppError('wrong-use', `There is no request "${method}".`)
      const parsed = schemas[method]!.safeParse(args)
      if (!parsed.success) throw new AppError('wrong-use', `${method}: ${z.prettifyError(parsed.error)}`)
      return { ok: true, value: await table[method]!(...parsed.data) }
    } catch (error) {
      if (error instanceof AppError) return { ok: false, code: error.code, message: error.message }
      onBug(error)
      return { ok: false, code: 'internal', message: `${method} failed in an unexpected way. The log names the cause.` }
    }
  }
}

/** The side that calls: an object with A's methods, each of which is `invoke` with its Reply opened. @throws AppError */
export function client<A extends object>(methods: { readonly [K in keyof A]: unknown }, invoke: Invoke): A {
  const call =
    (method: string) =>
    async (...args: unknown[]) => {
      const reply = await invoke(method, args)
      if (reply.ok) return reply.value
      throw new AppError(ERROR_CODES.includes(reply.code) ? reply.code : 'internal', reply.message)
    }
  return Object.fromEntries(Object.keys(methods).map((method) => [method, call(method)])) as A
}
