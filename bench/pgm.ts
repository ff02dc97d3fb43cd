/**
 * A grey picture of the "portable graymap" format, binary variant: "P5", width, height and largest value as decimal text
 * apart by white space, comments from # to the end of a line, one white space, then one byte a pixel.
 * @throws Error when the header is another one or bytes are missing
 */
export function parsePgm(file: Uint8Array): { width: number; height: number; pixels: Uint8Array } {
  const fields: string[] = []
  let at = 0
  while (fields.length < 4 && at < file.length) {
    const mark = String.fromCharCode(file[at]!)
    if (/\s/.test(mark)) at += 1
    else if (mark === '#') while (at < file.length && file[at] !== 10) at += 1
    else {
      let field = ''
      while (at < file.length && !/\s/.test(String.fromCharCode(file[at]!))) field += String.fromCharCode(file[at++]!)
      fields.push(field)
    }
  }
  const [magic, ...numbers] = fields
  const [width, height, most] = numbers.map(Number)
  if (magic !== 'P5' || !width || !height || most !== 255) throw new Error('This is no 8-bit binary PGM picture.')
  const pixels = file.subarray(at + 1, at + 1 + width * height)
  if (pixels.length !== width * height) throw new Error('The PGM picture ends too early.')
  return { width, height, pixels }
}
