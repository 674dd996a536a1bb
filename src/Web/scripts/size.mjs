// Fails the build where the first load of the page, brotli-compressed, is larger than promised.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const most = 100 * 1024;
const dist = fileURLToPath(new URL('../dist/chat/', import.meta.url));
const manifestPath = `${dist}.vite/manifest.json`;
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));

const needed = new Set(['index.html']);
for (const chunk of Object.values(manifest)) if (chunk.isEntry) collect(chunk);
// What the page itself names: icons, preloads, and whatever else a change may add to it.
const page = readFileSync(`${dist}index.html`, 'utf8');
for (const [, path] of page.matchAll(/(?:src|href)="\.?\/?([^"#?]+)"/g)) if (existsSync(dist + path)) needed.add(path);

let sum = 0;
for (const path of needed) {
  const size = statSync(existsSync(`${dist}${path}.br`) ? `${dist}${path}.br` : dist + path).size;
  sum += size;
  console.log(`${String(size).padStart(8)}  ${path}`);
}

console.log(`${String(sum).padStart(8)}  first load, compressed (at most ${most})`);
rmSync(`${dist}.vite`, { recursive: true }); // only for this check; the node serves everything else in the folder
if (sum > most) {
  console.error(`size.mjs : error : The first load of the page is ${sum} bytes compressed, more than the ${most} that it may be. Load something later, or leave it out.`);
  process.exit(1);
}

function collect(chunk) {
  for (const path of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) needed.add(path);
  for (const name of chunk.imports ?? []) collect(manifest[name]);
}
