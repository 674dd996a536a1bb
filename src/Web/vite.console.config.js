import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const control = new URL(process.env.IM_CONTROL ?? 'http://127.0.0.1:8081');

// The console's page, which control serves at /console/.
export default defineConfig(({ command }) => ({
  root: 'console',
  base: command === 'serve' ? '/console/' : './',
  publicDir: '../chat/public', // the same icon, the same way to try again
  plugins: [svelte()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: addresses are not allowed by the Content-Security-Policy
  },
  // Control compares Origin with Host: the proxy keeps the browser's.
  server: { proxy: { '/console/api': { target: control.origin, changeOrigin: false } } },
}));
