import { resolve } from 'node:path'

export interface ShellArguments {
  readonly data?: string
  readonly backend?: string
}

/**
 * `--data DIR` and `--backend NAME`, also as `--data=DIR`. Whatever else there is belongs to the browser underneath
 * (Electron and Chromium have hundreds of switches) and is left alone.
 */
export function shellArguments(argv: readonly string[]): ShellArguments {
  const value = (name: string) => {
    const joined = argv.find((arg) => arg.startsWith(`--${name}=`))
    if (joined !== undefined) return joined.slice(name.length + 3)
    const at = argv.indexOf(`--${name}`)
    return at < 0 ? undefined : argv[at + 1]
  }
  const data = value('data')
  const backend = value('backend')
  return { ...(data ? { data: resolve(data) } : {}), ...(backend ? { backend } : {}) }
}
