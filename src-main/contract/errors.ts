/**
 * What can go wrong in a way its user can act on. Anything else is a bug and crosses a process boundary as 'internal'.
 * The text beside a code says when it is used; the message of the error says what to do.
 */
export const ERROR_CODES = [
  'bad-picture', // not a picture, a refused format, or one that no decoder can read
  'damaged-picture', // a picture that ends too early
  'picture-too-large', // more pixels or bytes than the limits allow
  'quarantined', // this picture stopped the engine before
  'not-a-file', // a FIFO, a device, a socket, a folder where a picture is expected
  'no-permission', // the file system refuses
  'not-found', // a file, identity, sample, job or token that does not exist (any more)
  'no-face', // the face profile finds no face
  'several-faces', // one face is needed and several are found
  'low-quality', // a sample fails a quality check and the user has not overridden it
  'profile-mismatch', // a person cannot be merged with a thing
  'nothing-to-undo',
  'engine-stopped', // the process that computes ended while the call was in flight
  'core-stopped', // the process that holds the gallery ended while the call was in flight
  'backend-unavailable', // a backend was asked for by name and cannot run here
  'model-missing', // a model file is missing or its checksum differs
  'gallery-in-use', // another process holds the gallery and does not answer
  'gallery-damaged',
  'newer-gallery', // written by a newer version of the app
  'key-missing', // the gallery's key is not in the key store and not beside the gallery
  'disk-full',
  'read-only',
  'bad-table', // a CSV file lacks a column or holds a malformed line
  'not-trainable', // a folder or gallery from which nothing can be learned
  'bad-model', // a file that is no model, or not one that may be taken in
  'training-stopped', // a watch ended a run: numbers that are none, collapse, confusion
  'not-better', // a challenger that the paired test does not find better
  'out-of-memory',
  'wrong-use', // arguments that make no sense
  'cancelled',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Turns whatever was caught into an AppError; a bug keeps its own error as the cause. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('internal', error instanceof Error ? error.message : String(error), { cause: error })
}
