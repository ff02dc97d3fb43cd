/** Who may import whom: the files of a folder may import those named beside it, and nothing else of ours. */
const MAY_IMPORT = {
  'src-main/contract/': [],
  'src-main/pipe.ts': ['src-main/contract/'],
  'db/': ['src-main/contract/'],
  'src-main/engine/': ['src-main/contract/', 'src-main/pipe.ts', 'db/'],
  'src-main/app/': ['src-main/contract/', 'db/'],
  'src-main/core/': ['src-main/contract/', 'src-main/pipe.ts', 'db/', 'src-main/app/'],
  'src-main/cli/': ['src-main/contract/', 'src-main/pipe.ts', 'src-main/app/', 'src-main/core/'],
  'src-main/shell/': ['src-main/contract/', 'src-main/pipe.ts'],
  'src-main/electron/': ['src-main/contract/', 'src-main/pipe.ts', 'src-main/shell/'],
  'src-main/chromium-shell.ts': ['src-main/contract/', 'src-main/pipe.ts', 'src-main/shell/'],
  'src-renderer/': ['src-main/contract/'],
}

/** Packages that one folder owns. */
const OWNER = {
  electron: 'src-main/electron/',
  'better-sqlite3': 'db/',
  '@tensorflow': 'src-main/engine/',
  webgpu: 'src-main/engine/',
  sharp: 'src-main/engine/',
  'heic-decode': 'src-main/engine/',
  'umap-js': 'src-main/engine/',
  '@napi-rs/keyring': 'src-main/core/',
  commander: 'src-main/cli/',
  'cli-progress': 'src-main/cli/',
  'playwright-core': 'src-main/chromium-shell.ts',
  vue: 'src-renderer/',
  'element-plus': 'src-renderer/',
}

const escape = (text) => text.replaceAll('.', '\\.')
const ours = '^(src-main|src-renderer|db|test|bench)/'

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      from: { orphan: true, path: '^(src-main|src-renderer|db)/', pathNot: ['\\.d\\.ts$'] },
      to: {},
    },
    ...Object.entries(MAY_IMPORT).map(([from, to]) => ({
      name: `${from} imports only ${to.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: `^${escape(from)}` },
      to: { path: ours, pathNot: [from, ...to].map((path) => `^${escape(path)}`) },
    })),
    ...Object.entries(OWNER).map(([name, owner]) => ({
      name: `${name} belongs to ${owner}`,
      severity: 'error',
      from: { path: '^(src-main|src-renderer|db)/', pathNot: `^${escape(owner)}` },
      to: { path: `node_modules/${name}(/|$)` },
    })),
    {
      name: 'contract and window use no Node',
      severity: 'error',
      from: { path: '^(src-main/contract|src-renderer)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tensorflow stays in one file',
      severity: 'error',
      from: { path: '^src-main/engine/', pathNot: '^src-main/engine/(tf|backends/.*)\\.ts$' },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'no unresolved import',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?raw$|^electron$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'test/tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|node_modules/\\.cache)/' },
  },
}
