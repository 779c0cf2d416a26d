/**
 * Runs in a fresh process, with one Lambda module, and prints one number:
 * `probe.js load FILE`: milliseconds to load it, as Lambda does (`require` for CommonJS, `import` for ES modules);
 * `probe.js call FILE EXPORT EVENT`: microseconds of one warm call with the event (JSON).
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const CALLS_TO_WARM_UP = 20_000;
const CALLS_PER_BATCH = 20_000;
const BATCHES = 9;

const require = createRequire(import.meta.url);

async function load(file: string): Promise<Record<string, unknown>> {
  return file.endsWith('.mjs') ? import(pathToFileURL(file).href) : require(file);
}

async function callTime(handler: Handler, event: string): Promise<number> {
  // Every call gets an event of its own, as in Lambda; parsing it is the same for all handlers and is subtracted.
  const run = async (calls: number, call: Handler) => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) await call(JSON.parse(event), { awsRequestId: 'bench' });
    return ((performance.now() - start) / calls) * 1000;
  };
  const empty = async () => undefined;
  await run(CALLS_TO_WARM_UP, handler);
  await run(CALLS_TO_WARM_UP, empty);
  const times: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    const base = await run(CALLS_PER_BATCH, empty);
    times.push((await run(CALLS_PER_BATCH, handler)) - base);
  }
  return times.sort((a, b) => a - b)[Math.floor(BATCHES / 2)] ?? Number.NaN;
}

const [what, file = '', exportName = '', event = ''] = process.argv.slice(2);
const start = performance.now();
const module = await load(file);
const loadMilliseconds = performance.now() - start;
const result = what === 'load' ? loadMilliseconds : await callTime(module[exportName] as Handler, event);
process.stdout.write(`${result}\n`);
