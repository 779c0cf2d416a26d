/**
 * Measures nimbusc beside the floors and prints tables: `node out/bench/run.js [--sizes 10,100,500] [--runs 5]
 * [--only NAME,...] [--write]`. README.md says what each row is.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BUILD_ROWS, measureBuilds } from './builds.js';
import { measureDev } from './dev.js';
import { repositoryRoot } from './generate.js';
import { measureBundles } from './handlers/compare.js';
import { measureLoad } from './load.js';
import { requireNimbusc } from './nimbusc.js';
import { measureReach } from './reach/reach.js';
import { replaceSection } from './report.js';
import { measureStartup } from './startup.js';

const STARTUP = 'startup';
const BUNDLES = 'bundles';
const REACH = 'reach';
/** Where growth shows that is not linear. */
const REACH_SIZES = '100,500,1000';
const DEV = 'dev';
const LOAD = 'load';
const NAMES = [STARTUP, ...BUILD_ROWS.map(({ name }) => name), REACH, DEV, LOAD, BUNDLES];

interface Options {
  readonly sizes: readonly number[];
  readonly reachSizes: readonly number[];
  readonly runs: number;
  readonly names: readonly string[];
  readonly write: boolean;
}

async function run({ sizes, reachSizes, runs, names, write }: Options): Promise<void> {
  const rows = BUILD_ROWS.filter(({ name }) => names.includes(name));
  const startup = names.includes(STARTUP);
  const bundles = names.includes(BUNDLES);
  const reach = names.includes(REACH);
  const dev = names.includes(DEV);
  const load = names.includes(LOAD);
  if (startup || bundles || reach || dev || load || rows.some(({ needsNimbusc }) => needsNimbusc)) requireNimbusc();

  // Real, since TypeScript and esbuild see through a temporary folder that is a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-bench-')));
  const sections = new Map<string, string>();
  try {
    if (startup) sections.set('startup', await measureStartup(runs, folder));
    if (rows.length > 0) sections.set('builds', await measureBuilds(rows, sizes, runs, folder, progress));
    if (reach) sections.set(REACH, `${reachMachine(runs)}\n\n${await measureReach(reachSizes, runs, folder, progress)}`);
    if (dev) sections.set('dev', await measureDev(sizes, runs, folder));
    if (load) sections.set(LOAD, await measureLoad(folder));
    if (bundles) sections.set('bundles', await measureBundles(runs, folder, progress));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress('');
  }
  for (const [section, table] of sections) {
    const text = section === 'builds' ? `${machine(runs)}\n\n${table}` : table;
    process.stdout.write(`\n${text}\n`);
    if (write) writeSection(section, text);
  }
}

function system(): string {
  return `${process.platform} ${process.arch}, ${cpus().length} cores, Node ${process.versions.node}`;
}

function reachMachine(runs: number): string {
  return `${system()}. Medians of ${runs} interleaved runs, in seconds of user CPU.`;
}

function machine(runs: number): string {
  return [
    `${system()}. Medians of ${runs} interleaved runs in seconds; in brackets the median paired ratio to the floor with`,
    "CDKTF. MiB: peak of the largest process / sum of the peaks with its children (esbuild's service).",
  ].join('\n');
}

function writeSection(section: string, body: string): void {
  // Compiled code runs in `out/bench`; the document lies beside the source.
  const file = join(repositoryRoot(), 'bench', 'RESULTS.md');
  writeFileSync(file, replaceSection(readFileSync(file, 'utf8'), section, body));
}

/** One line that replaces itself on a terminal, and nothing elsewhere: output may be read by a program. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: NAMES.join(',') },
      write: { type: 'boolean', default: false },
    },
  });
  const names = values.only.split(',');
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: it knows ${NAMES.join(', ')}`);
  const sizes = (usual: string): number[] => (values.sizes ?? usual).split(',').map(count);
  return { sizes: sizes('10,100,500'), reachSizes: sizes(REACH_SIZES), runs: count(values.runs), names, write: values.write };
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is no positive whole number`);
  return value;
}

try {
  await run(readOptions());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
