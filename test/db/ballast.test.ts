import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGalleryFile } from '../../db/gallery.ts'
import { codeOf, enrol, KEY } from './fixture.ts'

const mount = join('/tmp', `semblance-full-${process.pid}`)
const canMount = process.platform === 'linux' && tryMount()

function tryMount(): boolean {
  try {
    mkdirSync(mount, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount], { stdio: 'ignore' })
    return true
  } catch {
    rmSync(mount, { recursive: true, force: true })
    return false
  }
}

describe('a full disk', () => {
  it.skipIf(!canMount)(
    'stops enrolling with a reason, loses nothing, and still lets things be deleted (needs the right to mount)',
    () => {
      onTestFinished(() => {
        execFileSync('umount', ['-l', mount])
        rmSync(mount, { recursive: true, force: true })
      })
      const path = join(mount, 'gallery.db')
      const gallery = openGalleryFile(path).open(KEY)
      expect(statSync(join(mount, 'ballast')).size).toBe(2 * 1024 * 1024)
      const acknowledged: string[] = []
      const code = codeOf(() => {
        for (let i = 0; i < 2000; i++)
          acknowledged.push(enrol(gallery, { name: `Identity ${i}` }, { kept: Buffer.alloc(8000, i) }).sample.id)
      })
      expect(code).toBe('disk-full')
      for (const id of acknowledged) expect(gallery.sample(id).id).toBe(id)
      try {
        // The last bytes too, so that not even a small log entry fits.
        writeFileSync(join(mount, 'filler'), Buffer.alloc(6 * 1024 * 1024))
      } catch {
        // Full: that is wanted.
      }
      gallery.deleteIdentity(gallery.sample(acknowledged[0]!).identityId)
      for (const id of acknowledged.slice(1)) gallery.deleteIdentity(gallery.sample(id).identityId)
      expect(gallery.emptyDeleted().identities).toBe(acknowledged.length)
      gallery.close()
      const again = openGalleryFile(path).open(KEY)
      expect([...again.identities()]).toEqual([])
      again.close()
    },
  )
})
