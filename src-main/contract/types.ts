/** The words of the domain, as they cross between window, core, engine and command line. */
export * from './answers.ts'
export type * from './attributes.ts'
export * from './gallery.ts'
export * from './jobs.ts'
export * from './learning.ts'
export * from './machine.ts'
export * from './models.ts'
export * from './pictures.ts'
