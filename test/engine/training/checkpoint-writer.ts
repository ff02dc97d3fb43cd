/** Writes checkpoints into a folder without end, each step printed once its checkpoint is written. */
export {}

const { newestCheckpoint, writeCheckpoint } = await import('../../../src-main/engine/training/checkpoint.ts')

const folder = process.argv[2]!
const values = new Float32Array(200_000).fill(0.5)
for (let step = (newestCheckpoint(folder)?.checkpoint.step ?? 0) + 1; ; step++) {
  const tensors = new Map([
    ['kernel', { shape: [values.length], values }],
    ['scalar', { shape: [], values: Float32Array.of(step) }],
  ])
  writeCheckpoint(folder, { step, tensors, numbers: {} })
  await new Promise<void>((written) => process.stdout.write(`${step}\n`, () => written()))
}
