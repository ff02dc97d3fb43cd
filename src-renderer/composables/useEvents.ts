import { onScopeDispose } from 'vue'
import type { AppEvent, Command } from '../../src-main/contract/api.ts'

type Listener = (event: AppEvent) => void
const listeners = new Set<Listener>()
let attached = false

/** Calls `listener` with every event of the core and the shell, for as long as the window lives. */
export function listen(listener: Listener): void {
  listeners.add(listener)
  if (attached) return
  attached = true
  window.bridge.onEvent((event) => {
    for (const each of listeners) each(event)
  })
}

const handlers = new Map<Command, (() => void)[]>()

/** The page that came last answers a command; it stops when its component goes. */
export function onCommand(command: Command, handler: () => void): void {
  const stack = handlers.get(command) ?? []
  stack.push(handler)
  handlers.set(command, stack)
  onScopeDispose(() => stack.splice(stack.indexOf(handler), 1))
}

export function command(name: Command): void {
  handlers.get(name)?.at(-1)?.()
}

listen((event) => {
  if (event.type === 'command') command(event.command)
})
