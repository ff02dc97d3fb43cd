import type { Problem } from '../src-main/contract/types.ts'

/** Rows that were set aside, each told once. */
export function openNotices() {
  const byMessage = new Map<string, Problem>()
  return {
    report(code: string, message: string): void {
      byMessage.set(message, { code, message })
    },
    all: (): readonly Problem[] => [...byMessage.values()],
  }
}

export type Notices = ReturnType<typeof openNotices>
