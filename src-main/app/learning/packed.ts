/** Facts and numbers in one run of bytes: the length of the facts, the facts as JSON, then the numbers, little-endian. */
export function pack(facts: unknown, numbers: readonly Float32Array[]): Uint8Array {
  const lengths = numbers.map((part) => part.length)
  const text = Buffer.from(JSON.stringify({ facts, lengths }))
  const size = numbers.reduce((sum, part) => sum + part.byteLength, 0)
  const out = Buffer.alloc(4 + text.length + size)
  out.writeUInt32LE(text.length)
  text.copy(out, 4)
  let at = 4 + text.length
  for (const part of numbers) {
    Buffer.from(part.buffer, part.byteOffset, part.byteLength).copy(out, at)
    at += part.byteLength
  }
  return out
}

/** What `pack` was given. @throws Error when the bytes are of another kind */
export function unpack(bytes: Uint8Array): { facts: unknown; numbers: Float32Array[] } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = all.readUInt32LE()
  const { facts, lengths } = JSON.parse(all.toString('utf8', 4, 4 + length)) as { facts: unknown; lengths: number[] }
  let at = 4 + length
  const numbers = lengths.map((count) => {
    // A copy: the numbers need not begin where a Float32Array may.
    const part = new Float32Array(count)
    all.copy(Buffer.from(part.buffer), 0, at, at + 4 * count)
    at += 4 * count
    return part
  })
  if (at !== all.length) throw new Error(`${all.length} bytes do not hold ${lengths.join(' + ')} numbers.`)
  return { facts, numbers }
}
