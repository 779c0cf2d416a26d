/** Floor (a): raw esbuild, one call for all handlers, written to files. `node out/bench/floors/esbuild.js PROJECT` */
import { resolve } from 'node:path';
import { bundle, FLOOR_OUTPUT, handlerSources } from './bundle.js';

const project = resolve(process.argv[2] ?? '.');
await bundle(project, handlerSources(project), FLOOR_OUTPUT);
