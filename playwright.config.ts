import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 120_000,
  workers: 1,
  reporter: 'list',
  outputDir: 'test-results',
  projects: [
    { name: 'chromium', testMatch: '**/*.spec.ts', testIgnore: '**/electron/**' },
    { name: 'electron', testMatch: '**/electron/**/*.spec.ts' },
  ],
})
