/**
 * Floor (b): TypeScript's parser, one esbuild call, one zip per function, CDKTF constructs and synth of the resources that
 * nimbusc emits for the same project. `node out/bench/floors/cdktf.js PROJECT`
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { bundle, FLOOR_OUTPUT, handlerSources } from './bundle.js';

// Bundling runs in esbuild's own process: started first, it goes on beside the loading of TypeScript and CDKTF.
const project = resolve(process.argv[2] ?? '.');
const bundling = bundle(project, handlerSources(project));
const { readApp } = await import('./read.js');
const app = readApp(project);
const { synthesise } = await import('./stack.js');

const out = join(project, FLOOR_OUTPUT);
mkdirSync(join(out, 'artifacts'), { recursive: true });
const codes = new Map((await bundling).map(({ source, code }) => [source, code]));
const hashes = new Map<string, string>();
for (const { id, file } of app.functions) {
  const zip = zipSync({
    'index.js': [codes.get(file) ?? new Uint8Array(), { level: 9, mtime: new Date(1980, 0, 1) }],
  });
  writeFileSync(join(out, 'artifacts', `${id}.zip`), zip);
  hashes.set(id, createHash('sha256').update(zip).digest('base64'));
}
synthesise(basename(project), app, hashes, out);
