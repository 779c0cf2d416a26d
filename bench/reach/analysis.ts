/**
 * Does to a generated project what `check` does to find what handlers reach, in a process of its own, and prints the seconds of
 * user CPU that it takes: `node out/bench/reach/analysis.js DIR N`. Parsing is not timed, since `check` parses anyhow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ts } from 'ts-morph';
import { contentHash } from '../../compiler/hash.js';
import type { FileFacts } from '../../compiler/ir/facts.js';
import type { FunctionNode } from '../../compiler/ir/graph.js';
import type { Resolution } from '../../compiler/ir/module-source.js';
import { nimbusExports } from '../../compiler/kinds/exports.js';
import { readBodies } from '../../compiler/phases/1-load/bodies/read-bodies.js';
import { readFacts } from '../../compiler/phases/1-load/read-facts.js';
import { ModuleGraph } from '../../compiler/phases/2-read/module-graph.js';
import { followCode } from '../../compiler/phases/3-link/reach/follow-code.js';
import { handlerFile } from '../generate.js';

/** What a process printed. */
export interface AnalysisSeconds {
  readonly bodies: number;
  readonly follow: number;
}

interface Source {
  readonly hash: string;
  readonly facts: FileFacts;
  readonly tree: ts.SourceFile | null;
}

const [folder = '', handlers = ''] = process.argv.slice(2);
const sources = new Map(sourceFiles(folder).map((file) => [file, readSource(file)]));
const functions = Array.from({ length: Number(handlers) }, (_, index) => functionOf(index));

const start = userTime();
const bodies = new Map([...sources].map(([file, { tree }]) => [file, tree === null ? null : readBodies(tree)]));
const between = userTime();
const reached = followCode({
  graph: moduleGraph(),
  bodies: (file) => bodies.get(file) ?? null,
  hash: (file) => sources.get(file)?.hash ?? '',
  memory: new Map(),
});
for (const fn of functions) if (reached(fn).clients.length === 0) throw new Error(`${fn.className} is found to use nothing`);
const result: AnalysisSeconds = { bodies: (between - start) / 1e6, follow: (userTime() - between) / 1e6 };
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Of all threads in µs: garbage is collected and code optimised beside the main one. */
function userTime(): number {
  return process.cpuUsage().user;
}

function sourceFiles(parent: string): string[] {
  const all = readdirSync(join(parent, 'src'), { recursive: true, encoding: 'utf8' });
  return all
    .filter((file) => file.endsWith('.ts'))
    .map((file) => posix.join('src', file))
    .sort();
}

function readSource(file: string): Source {
  const text = readFileSync(join(folder, file), 'utf8');
  let tree: ts.SourceFile | null = null;
  const facts = readFacts(file, text, (read) => {
    tree = read;
  });
  return { hash: contentHash(text), facts, tree };
}

function moduleGraph(): ModuleGraph {
  const known = new Map<string, Resolution>();
  const resolve = (from: string, specifier: string): Resolution => {
    if (specifier === 'nimbusc') return { of: 'nimbus' };
    const key = `${from} ${specifier}`;
    const resolution = known.get(key) ?? { of: 'file', file: resolved(from, specifier) };
    known.set(key, resolution);
    return resolution;
  };
  const facts = (file: string): FileFacts | null => sources.get(file)?.facts ?? null;
  return new ModuleGraph({ files: [...sources.keys()], facts, resolve }, nimbusExports);
}

function resolved(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

function functionOf(index: number): FunctionNode {
  const { path, className, methodName } = handlerFile(index);
  const asked = { module: path, exportName: className, className, method: methodName, factory: null };
  // The analysis asks a function for no more than this.
  return asked satisfies Partial<FunctionNode> as FunctionNode;
}
