import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'electron-vite'

/** Core, engine, command line and Chromium shell run on the pinned Node 24. */
const node = {
  core: resolve('src-main/core/main.ts'),
  engine: resolve('src-main/engine/main.ts'),
  trainer: resolve('src-main/engine/trainer/main.ts'),
  cli: resolve('src-main/cli/main.ts'),
  'chromium-shell': resolve('src-main/chromium-shell.ts'),
}

/** Electron's own side: CommonJS, and one file each, because a sandboxed preload cannot load a second one. */
const electron = {
  main: resolve('src-main/electron/main.ts'),
  preload: resolve('src-main/electron/preload.ts'),
}

export default defineConfig({
  main: {
    build: {
      target: 'node24',
      rolldownOptions: {
        input: node,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node16',
      outDir: 'out',
      emptyOutDir: false,
      rolldownOptions: {
        input: electron,
        output: {
          format: 'cjs',
          entryFileNames: (chunk) => (chunk.name === 'preload' ? 'preload/preload.cjs' : 'main/[name].cjs'),
          chunkFileNames: 'main/shared/[name]-[hash].cjs',
        },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    base: './',
    plugins: [vue(), components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] })],
    build: {
      target: 'chrome108',
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      outDir: resolve('out/renderer'),
      rolldownOptions: {
        input: resolve('src-renderer/index.html'),
        // zod must be told not to compile schemas before any is made, in whatever chunk they end up.
        output: { strictExecutionOrder: true },
      },
    },
  },
})
