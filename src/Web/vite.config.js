import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// The page lives under the prefix of a policy set, whichever it is: everything is addressed relatively.
export default defineConfig({
  root: 'chat',
  base: './',
  plugins: [svelte()],
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir: '../dist/chat',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: addresses are not allowed by the Content-Security-Policy
  },
  server: {
    port: 21000,
    strictPort: false,
    proxy: { '/api': { target: process.env.IM_NODE ?? 'http://127.0.0.1:8080/a', changeOrigin: true, headers: {} } },
  },
  test: { root: '.', include: ['chat/**/*.test.ts'], environment: 'node' },
});
