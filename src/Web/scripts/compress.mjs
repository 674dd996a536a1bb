// Writes .br and .gz beside every built file where that is smaller: the node serves them as they are.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

for (const path of files(dist)) {
  const content = readFileSync(path);
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  keep(`${path}.br`, brotli, content);
  keep(`${path}.gz`, gzipSync(content, { level: 9 }), content);
}

function keep(path, compressed, content) {
  if (compressed.length < content.length) writeFileSync(path, compressed);
  else rmSync(path, { force: true });
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (name !== '.vite') yield* files(path);
    } else if (!/\.(br|gz)$/.test(name)) yield path;
  }
}
