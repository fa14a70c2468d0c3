import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string) => resolve(import.meta.dirname, path);

/** The bundles: the shell, the engine's own process, the programs beside it, the sandboxed preload; and the window's page. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          electron: at('main/hosts/electron.ts'),
          'engine-process': at('main/hosts/engine-process.ts'),
          lab: at('lab/main.ts'),
          registry: at('lab/registry/main.ts'),
          connected: at('lab/registry/connected.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: at('main/hosts/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true, // off by default in electron-vite
      chunkSizeWarningLimit: 4000,
      rollupOptions: { input: { renderer: at('renderer/index.html') } },
    },
  },
});
