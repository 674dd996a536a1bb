import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const node = new URL(process.env.IM_NODE ?? 'http://127.0.0.1:8080/a');
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const prefix = node.pathname.replace(/\/+$/, '');

// The page lives under the prefix of a policy set, whichever it is: everything is addressed relatively.
export default defineConfig(({ command }) => ({
  root: 'chat',
  base: command === 'serve' ? `${prefix}/` : './',
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
  // The node compares Origin with Host: the proxy keeps the browser's.
  server: { proxy: { [`${prefix}/api`]: { target: node.origin, changeOrigin: false } }, fs: { allow: [folder('.'), folder('../../docs')] } }, // tests read the options
  test: { root: '.', include: ['{chat,console,ui}/**/*.test.ts'], environment: 'node', setupFiles: ['scripts/test-setup.mjs'], env: { TZ: 'Europe/Paris' } },
}));
