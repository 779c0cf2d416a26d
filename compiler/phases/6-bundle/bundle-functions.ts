/**
 * In: the functions of all stages. Out: one `Artifact` per distinct function, by content: functions that are the same in
 * two stages are bundled once. One esbuild call for everything that the cache does not have. Writes nothing.
 */
import type { Metafile, OutputFile } from 'esbuild';
import { bundleCodes } from '../../diagnostics/codes/bundling.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { contentHash, hashOf } from '../../hash.js';
import type { Range } from '../../ir/facts.js';
import type { FunctionNode } from '../../ir/graph.js';
import { compareText, type ProjectPath } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';
import type { BundleModules, PreparedFile, PreparedModule } from '../../provider.js';
import type { SourceProgram } from '../1-load/load-program.js';
import { DamagedCache } from './damaged-cache.js';
import { entryPlugin } from './entry-plugin.js';
import { type EntryInput, type EntryModel, entryModel, entryWriter, importsOf } from './entry-source.js';
import { reportMessages } from './esbuild-messages.js';
import { collectPackage } from './external-packages.js';
import { countProblem, type Packed, pack, zip, zipProblem } from './zip.js';

export interface BundleSettings {
  readonly minify: boolean;
  /** Source maps inside the zips; they are always made, and lie beside the zips otherwise. */
  readonly sourceMaps: boolean;
  readonly awsSdk: 'bundled' | 'runtime';
  readonly external: readonly string[];
  /** `nodejs22.x`: decides which syntax esbuild may use. */
  readonly runtime: string;
}

export interface FunctionToBundle {
  /** `Chat-onMessage`: the zip's name, and unique among the functions of a stage. */
  readonly name: string;
  readonly input: EntryInput;
}

/** A bundled function. Everything but the bytes is kept in the cache's index, the bytes in a file of their own. */
export interface Bundle {
  /** Hash of everything that the zip depends on but the files of `inputs`. */
  readonly key: string;
  /** The files it was made of, with the hashes they had. */
  readonly inputs: readonly (readonly [path: string, hash: string])[];
  readonly sha256: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /**
   * `unpackedBytes` by where they come from, largest first: packages by name, `.` for the project, `source map`, and `nimbusc`
   * for its runtime and whatever the bundler adds. What lies ready with the clients of AWS is `@aws-sdk`.
   */
  readonly parts: readonly (readonly [source: string, bytes: number])[];
  readonly mapSha256: string;
  readonly mapBytes: number;
}

export interface BundleCache {
  get(key: string): Bundle | undefined;
  set(bundle: Bundle): void;
}

/** The zips and maps of the last build, by hash: the cache keeps no copy of them. */
export interface WrittenFiles {
  has(sha256: string): boolean;
  read(sha256: string): Uint8Array | null;
}

export interface BundledFunction extends Bundle {
  readonly zip: () => Uint8Array;
  readonly map: () => Uint8Array;
}

export interface BundlerContext {
  readonly host: Host;
  readonly program: SourceProgram;
  readonly decoratorRanges: ReadonlyMap<ProjectPath, readonly Range[]>;
  readonly modules: BundleModules;
  /** Folder of the compiled `runtime/`. */
  readonly runtimeDir: string;
  readonly settings: BundleSettings;
  readonly cache: BundleCache;
  readonly written: WrittenFiles;
  /** Changes with every change of nimbusc, and so invalidates every cache. */
  readonly toolId: string;
  readonly sink: DiagnosticSink;
}

interface Job {
  readonly functions: FunctionToBundle[];
  readonly entry: EntryModel;
  readonly key: string;
}

/** Gives the bundles by function, in the order asked for; null when errors were reported. */
export async function bundleFunctions(
  functions: readonly FunctionToBundle[],
  context: BundlerContext,
): Promise<readonly BundledFunction[] | null> {
  const jobs = jobsOf(functions, context);
  const done = new Map<string, BundledFunction>();
  const missing: Job[] = [];
  const inputs = new InputHashes(context);
  for (const job of jobs.values()) {
    const cached = context.cache.get(job.key);
    const usable = cached?.inputs.every(([path, hash]) => inputs.hash(path) === hash) ?? false;
    const { written } = context;
    if (
      cached !== undefined &&
      usable &&
      written.has(cached.sha256) &&
      (context.settings.sourceMaps || written.has(cached.mapSha256))
    ) {
      done.set(job.key, { ...cached, zip: () => stored(written, cached.sha256), map: () => stored(written, cached.mapSha256) });
    } else missing.push(job);
  }
  if (missing.length > 0) {
    const made = await runEsbuild(missing, context, inputs);
    if (made === null) return null;
    for (const bundle of made) done.set(bundle.key, bundle);
  }
  const keyOf = new Map([...jobs.values()].flatMap((job) => job.functions.map((f) => [f, job.key] as const)));
  return functions.map((f) => done.get(keyOf.get(f) as string) as BundledFunction);
}

function stored(written: WrittenFiles, sha256: string): Uint8Array {
  const bytes = written.read(sha256);
  if (bytes === null) throw new DamagedCache(sha256);
  return bytes;
}

function jobsOf(functions: readonly FunctionToBundle[], context: BundlerContext): Map<string, Job> {
  const jobs = new Map<string, Job>();
  for (const [index, { key, entry }] of keysOf(functions, context).entries()) {
    const fn = functions[index] as FunctionToBundle;
    const job = jobs.get(key);
    if (job === undefined) jobs.set(key, { functions: [fn], entry, key });
    else job.functions.push(fn);
  }
  return jobs;
}

/** By function: the entry, and a hash of everything that the zip depends on but files. */
export function keysOf(
  functions: readonly FunctionToBundle[],
  context: BundlerContext,
): readonly { readonly entry: EntryModel; readonly key: string }[] {
  const { settings, toolId, program } = context;
  const common = hashOf(toolId, JSON.stringify(settings), program.emitOptions);
  return functions.map(({ input }) => {
    const entry = entryModel(input);
    return { entry, key: hashOf(common, JSON.stringify([entry, input.function.packages.map((p) => p.name)])) };
  });
}

/** Hashes of files that bundles were made of, each read once. */
export class InputHashes {
  private readonly known = new Map<string, string>();

  constructor(private readonly context: BundlerContext) {}

  hash(path: string): string {
    let hash = this.known.get(path);
    if (hash === undefined) {
      hash = this.hashNow(path);
      this.known.set(path, hash);
    }
    return hash;
  }

  private hashNow(path: string): string {
    const { program, host, decoratorRanges } = this.context;
    if (program.has(path)) {
      // A project file's part in a bundle depends on its text, on where its imports lead, and on what is blanked out.
      const targets = (program.facts(path)?.specifiers ?? []).map((s) => JSON.stringify(program.resolve(path, s)));
      return hashOf(program.hash(path), JSON.stringify(decoratorRanges.get(path) ?? []), targets.join());
    }
    const absolute = paths.join(program.projectDir, path);
    if (path.endsWith('/')) return listHash(host, absolute);
    const bytes = host.readBytes(absolute);
    return bytes === null ? '' : contentHash(bytes);
  }
}

function listHash(host: Host, folder: string): string {
  const entries = host.list(folder);
  return entries === null ? '' : contentHash(JSON.stringify(entries.map((e) => `${e.kind}:${e.name}`).sort(compareText)));
}

/** What installers keep of what they installed; where one of these changes, an import may lead to another file. */
const INSTALLED = [
  'package.json',
  'package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
];

/**
 * For a bundle that holds files of packages: everything beside their text that decides which files these are. Their
 * manifests say which file a package begins with, and a package may get a dependency of its own in its folder.
 */
function resolutionInputs(files: readonly string[]): string[] {
  const found = new Set<string>(['package.json']);
  for (const file of files) {
    for (let at = file.indexOf('node_modules/'); at >= 0; at = file.indexOf('node_modules/', at + 1)) {
      const root = file.slice(0, at);
      const folder = `${root}node_modules/${packageName(file.slice(at + 'node_modules/'.length))}`;
      found.add(`${folder}/package.json`).add(`${folder}/node_modules/`);
      for (const name of INSTALLED) found.add(`${root}${name}`);
    }
  }
  return [...found];
}

async function runEsbuild(
  jobs: readonly Job[],
  context: BundlerContext,
  inputs: InputHashes,
): Promise<readonly BundledFunction[] | null> {
  const { sink } = context;
  const { names, metafile, outputFiles } = (await bundled(jobs, context)) ?? {};
  if (names === undefined || metafile === undefined || outputFiles === undefined) return null;
  const assembler = new Assembler(context, inputs, metafile, outputFiles);
  const made = jobs.flatMap((job, index) => assembler.assemble(job, `bundle/${names[index]}.mjs`) ?? []);
  return sink.failed ? null : made;
}

export interface Bundled {
  /** By job: its output is `bundle/<name>.mjs`. */
  readonly names: readonly string[];
  readonly metafile: Metafile;
  readonly outputFiles: readonly OutputFile[];
}

/** One call of esbuild; null when it has found errors, which are reported. */
export async function bundled(
  jobs: readonly { readonly entry: EntryModel; readonly functions: readonly FunctionToBundle[] }[],
  context: BundlerContext,
): Promise<Bundled | null> {
  const { program, settings, sink } = context;
  const [esbuild, write] = await Promise.all([import('esbuild'), entryWriter()]);
  const names = jobs.map((_, index) => `f${index}`);
  const entries = new Map(jobs.map((job, index) => [names[index] as string, write(job.entry)]));
  const result = await esbuild
    .build({
      absWorkingDir: program.projectDir,
      entryPoints: names.map((name) => ({ in: `nimbusc-entry:${name}`, out: name })),
      bundle: true,
      write: false,
      outdir: 'bundle',
      outExtension: { '.js': '.mjs' },
      format: 'esm',
      platform: 'node',
      target: esbuildTarget(settings.runtime),
      mainFields: ['module', 'main'],
      minify: settings.minify,
      treeShaking: true,
      legalComments: 'none',
      charset: 'utf8',
      metafile: true,
      sourcemap: 'external',
      sourcesContent: false,
      loader: { '.node': 'copy' },
      define: CJS_NAMES,
      assetNames: '[name]-[hash]',
      logLevel: 'silent',
      external: [...settings.external, ...(settings.awsSdk === 'runtime' ? ['@aws-sdk/*', '@smithy/*'] : [])],
      // Never a tsconfig that esbuild finds by itself: one in a folder above the project would change the output.
      tsconfigRaw: program.emitOptions,
      plugins: [entryPlugin(entries, context)],
    })
    .catch((error: unknown) => {
      if (typeof error === 'object' && error !== null && 'errors' in error) return error as import('esbuild').BuildFailure;
      throw error;
    });
  const needed = jobs.flatMap(({ functions }) => functions.flatMap(({ input }) => importsOf(input)));
  reportMessages(result, program, needed, sink);
  if (!('outputFiles' in result) || result.outputFiles === undefined || result.metafile === undefined) return null;
  return { names, metafile: result.metafile, outputFiles: result.outputFiles };
}

/**
 * The files that an output was made of: those with code in it, and those that they import, since esbuild writes constants out
 * where they are used, and leaves out what has no effect yet. Of packages, `others` has what has no code in it: their manifests
 * stand for them.
 */
export function inputsOf(
  { inputs, outputs }: Metafile,
  output: string,
): { readonly files: readonly string[]; readonly others: readonly string[] } {
  const { entryPoint, inputs: parts = {} } = outputs[output] ?? {};
  const found = new Set([...(entryPoint === undefined ? [] : [entryPoint]), ...Object.keys(parts)]);
  // A set is walked to its end, what is added on the way included.
  for (const file of found) for (const { path, external } of inputs[file]?.imports ?? []) if (!external) found.add(path);
  const all = [...found].filter((input) => !isOurs(input));
  const isOther = (file: string): boolean => !(file in parts) && file.includes('node_modules/');
  return { files: all.filter((file) => !isOther(file)), others: all.filter(isOther) };
}

/** Which files a pattern in an import matches, esbuild alone knows: a file more, and the bundle is another. */
function hasPatterns({ inputs }: Metafile, files: readonly string[]): boolean {
  return files.some((file) => inputs[file]?.imports.some(({ path, external }) => external && path.includes('*')));
}

/** A file beside the bundle. */
interface Companion {
  readonly name: string;
  readonly path: string;
  readonly content?: Uint8Array;
  readonly packed?: NonNullable<PreparedFile['packed']>;
}

/** Puts the files of one function together, from the outputs of one esbuild run. */
class Assembler {
  private readonly outputs: ReadonlyMap<string, OutputFile>;
  private readonly packed = new Map<string, Packed>();
  private readonly prepared: ReadonlyMap<string, PreparedModule>;

  constructor(
    private readonly context: BundlerContext,
    private readonly inputs: InputHashes,
    private readonly metafile: Metafile,
    files: readonly OutputFile[],
  ) {
    const { projectDir } = context.program;
    this.outputs = new Map(files.map((f) => [paths.relative(projectDir, f.path), f]));
    this.prepared = new Map([...context.modules.prepared.values()].map((m) => [`./${m.files[0]?.name}`, m]));
  }

  /** Null when it was reported why there can be none. */
  assemble(job: Job, path: string): BundledFunction | null {
    const { settings, cache } = this.context;
    const meta = this.metafile.outputs[path] as Metafile['outputs'][string];
    const code = withRequire((this.outputs.get(path) as OutputFile).text);
    const map = mapText((this.outputs.get(`${path}.map`) as OutputFile).text, code.linesAdded);
    const index = settings.sourceMaps ? `${code.text}//# sourceMappingURL=index.mjs.map\n` : code.text;
    const encoder = new TextEncoder();
    const files = [{ name: 'index.mjs', packed: pack(encoder.encode(index)) }];
    if (settings.sourceMaps) files.push({ name: 'index.mjs.map', packed: pack(encoder.encode(map)) });
    const fn = (job.functions[0] as FunctionToBundle).input.function;
    const companions = this.companions(meta, fn);
    const tooMany = countProblem(files.length + companions.length);
    for (const companion of tooMany === null ? companions : [])
      files.push({ name: companion.name, packed: this.packOnce(companion) });
    const problem = tooMany ?? zipProblem(files);
    if (problem !== null) {
      this.context.sink.for(bundleCodes).report('NIM4005', { fn: fn.name, problem }, fn.source);
      return null;
    }
    const bytes = zip(files);
    const mapBytes = encoder.encode(map);
    const inputs = inputsOf(this.metafile, path);
    const unpackedBytes = files.reduce((sum, f) => sum + f.packed.size, 0);
    const bundle: Bundle = {
      key: job.key,
      inputs: this.inputsOf(meta, inputs, companions),
      sha256: contentHash(bytes),
      packedBytes: bytes.length,
      unpackedBytes,
      parts: this.partsOf(meta, companions, unpackedBytes, settings.sourceMaps ? mapBytes.length : 0),
      mapSha256: contentHash(mapBytes),
      mapBytes: mapBytes.length,
    };
    if (!hasPatterns(this.metafile, inputs.files)) cache.set(bundle);
    return { ...bundle, zip: () => bytes, map: () => mapBytes };
  }

  /** Files that lie beside the bundle: prepared modules, native code, packages that are not bundled. */
  private companions(meta: Metafile['outputs'][string], fn: FunctionNode): Companion[] {
    const { settings, program, host, sink } = this.context;
    const found = new Map<string, Companion>();
    for (const { path, external } of meta.imports) {
      const prepared = external ? this.prepared.get(path) : undefined;
      for (const file of prepared?.files ?? []) found.set(file.name, file);
      if (prepared !== undefined) continue;
      const asset = external ? undefined : this.outputs.get(path);
      if (asset !== undefined)
        found.set(path.slice(path.lastIndexOf('/') + 1), {
          name: path.slice(path.lastIndexOf('/') + 1),
          path,
          content: asset.contents,
        });
      else if (external && isListed(path, settings.external)) {
        const importer =
          Object.keys(meta.inputs).find((input) =>
            this.metafile.inputs[input]?.imports.some((i) => i.external && i.path === path),
          ) ?? '';
        const at = program.files.includes(importer)
          ? program.facts(importer)?.imports.find((i) => i.from === path)?.at
          : undefined;
        const where = at === undefined ? null : { file: importer, start: at[0], end: at[1] };
        for (const file of collectPackage(host, program.projectDir, packageName(path), { importer, where }, sink)) {
          found.set(file.name, file);
        }
      }
    }
    for (const { name, source } of fn.packages) {
      const because = { importer: fn.name, where: source };
      for (const file of collectPackage(host, program.projectDir, name, because, sink)) found.set(file.name, file);
    }
    return [...found.values()].sort((a, b) => compareText(a.name, b.name));
  }

  private packOnce({ path, content, packed: prepared }: Companion): Packed {
    let packed = this.packed.get(path);
    if (packed === undefined) {
      const bytes = content ?? this.context.host.readBytes(prepared?.path ?? path);
      if (bytes === null) throw new Error(`a file disappeared while it was packed: ${path}`);
      packed = prepared === undefined ? pack(bytes) : { data: bytes, crc: prepared.crc, size: prepared.size };
      this.packed.set(path, packed);
    }
    return packed;
  }

  private inputsOf(
    meta: Metafile['outputs'][string],
    { files: bundled, others }: ReturnType<typeof inputsOf>,
    companions: readonly Companion[],
  ): [string, string][] {
    const { projectDir } = this.context.program;
    const assets = meta.imports.flatMap(({ path, external }) =>
      external ? [] : Object.keys(this.metafile.outputs[path]?.inputs ?? {}),
    );
    const copied = companions
      .filter((c) => c.content === undefined && c.packed === undefined)
      .map((c) => paths.relative(projectDir, c.path));
    const files = [...bundled, ...[...assets, ...copied].filter((input) => !isOurs(input))];
    const folders = copied.map((file) => `${file.slice(0, file.lastIndexOf('/'))}/`);
    return [...new Set([...files, ...folders, ...resolutionInputs([...files, ...others])])]
      .sort(compareText)
      .map((input) => [input, this.inputs.hash(input)]);
  }

  private partsOf(
    meta: Metafile['outputs'][string],
    companions: readonly Companion[],
    total: number,
    sourceMap: number,
  ): [string, number][] {
    const parts = new Map<string, number>();
    const add = (source: string, bytes: number): void => {
      parts.set(source, (parts.get(source) ?? 0) + bytes);
    };
    for (const [input, { bytesInOutput }] of Object.entries(meta.inputs)) add(sourceOf(input), bytesInOutput);
    for (const companion of companions) {
      const [asset] = Object.keys(this.metafile.outputs[companion.path]?.inputs ?? {});
      const source = companion.packed === undefined ? sourceOf(asset ?? companion.name) : '@aws-sdk';
      add(source, this.packOnce(companion).size);
    }
    add('source map', sourceMap);
    add('nimbusc', total - [...parts.values()].reduce((sum, bytes) => sum + bytes, 0));
    return [...parts].filter(([, bytes]) => bytes > 0).sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  }
}

/** Of a namespace of the plugin's; a folder of the project may well be called `nimbusc-something`. */
function isOurs(input: string): boolean {
  return /^nimbusc(-entry)?:/.test(input);
}

function sourceOf(input: string): string {
  if (isOurs(input)) return 'nimbusc';
  const at = input.lastIndexOf('node_modules/');
  return at < 0 ? '.' : packageName(input.slice(at + 'node_modules/'.length));
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function isListed(specifier: string, external: readonly string[]): boolean {
  return external.some((e) => specifier === e || specifier.startsWith(`${e}/`));
}

/** `nodejs22.x` -> `node22`; the emulator's and the user's machine may be older, never the target. */
function esbuildTarget(runtime: string): string {
  return `node${/^nodejs(\d+)/.exec(runtime)?.[1] ?? '22'}`;
}

// Set on the global object, because a module may well declare a `require` of its own.
const REQUIRE =
  'import{createRequire as __nimbusRequire}from"node:module";globalThis.require??=__nimbusRequire(import.meta.url);\n';
const FILENAME =
  'import{fileURLToPath as __nimbusPath}from"node:url";const __nimbusFilename=__nimbusPath(import.meta.url),__nimbusDirname=__nimbusPath(new URL(".",import.meta.url));\n';

/** Free uses of these names, and only those, get others, which cannot meet a declaration of the user's. */
const CJS_NAMES = { __dirname: '__nimbusDirname', __filename: '__nimbusFilename' };

/**
 * CommonJS packages inside an ES module call `require` for Node's own modules and expect `__dirname`. Both are added only
 * where the bundle really asks for them (evanw/esbuild#1921).
 */
export function withRequire(text: string): { text: string; linesAdded: number } {
  const needsRequire = text.includes('Dynamic require of ') || /[^.\w$]require\("/.test(text);
  const needsPath = text.includes('__nimbusDirname') || text.includes('__nimbusFilename');
  return {
    text: `${needsRequire ? REQUIRE : ''}${needsPath ? FILENAME : ''}${text}`,
    linesAdded: Number(needsRequire) + Number(needsPath),
  };
}

/** The map for the text as shipped, sources relative to the project folder. Which entry of the run it was is no matter of its. */
export function mapText(text: string, linesAdded: number): string {
  // The mappings are most of the text, and are all characters that JSON has no other way to write.
  const start = text.indexOf(MAPPINGS) + MAPPINGS.length;
  const end = text.indexOf('"', start);
  const map = JSON.parse(text.slice(0, start) + text.slice(end)) as { readonly sources: readonly string[] };
  const sources = map.sources.map((source) => source.replace(/^\.\.\//, '').replace(/^nimbusc-entry:.*/, 'nimbusc:entry'));
  const mappings = ';'.repeat(linesAdded) + text.slice(start, end);
  return `${JSON.stringify({ ...map, sources }).replace('"mappings":"', () => `"mappings":"${mappings}`)}\n`;
}

const MAPPINGS = '"mappings": "';
