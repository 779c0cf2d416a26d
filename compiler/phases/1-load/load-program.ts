/**
 * In: a project folder and its configuration. Out: the `SourceProgram`: which files belong to it, their facts, and what
 * module specifiers lead to. The one place that knows tsconfig and module resolution. Runs nothing, type-checks nothing.
 */
import { ts } from 'ts-morph';
import { type LoadedConfig, spanOf } from '../../config/load-config.js';
import { outputCodes } from '../../diagnostics/codes/output.js';
import { projectCodes } from '../../diagnostics/codes/project.js';
import type { DiagnosticSink, Outcome } from '../../diagnostics/diagnostic.js';
import { contentHash } from '../../hash.js';
import type { BodyFacts } from '../../ir/body-facts.js';
import type { FileFacts } from '../../ir/facts.js';
import type { ModuleSource, Resolution } from '../../ir/module-source.js';
import { compareText, type ProjectPath, type Span } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';
import { readBodies } from './bodies/read-bodies.js';
import { Inputs } from './inputs.js';
import { readFacts } from './read-facts.js';
import { isJson } from './read-json.js';
import type { TypeSettings } from './types/type-program.js';

export interface SourceProgram extends ModuleSource {
  readonly projectDir: string;
  /** The project's own files, sorted; declaration files and packages are only read when something leads there. */
  readonly files: readonly ProjectPath[];
  /** Absolute path of the tsconfig in use; null when the project has none. */
  readonly tsconfig: string | null;
  /** JSON files of the project that its sources import, sorted. */
  readonly data: readonly ProjectPath[];
  /** Files with syntax errors, and those that import them: nothing that is missing in them is known to be missing. */
  readonly damaged: ReadonlySet<ProjectPath>;
  /** True for a project's own file. */
  has(file: ProjectPath): boolean;
  /** What of the tsconfig decides how code is emitted, `extends` resolved, as JSON of a tsconfig. */
  readonly emitOptions: string;
  /** True when the tsconfig maps module names (`paths`, `baseUrl`), so that a bare specifier may be a project file. */
  readonly mapsNames: boolean;
  text(file: ProjectPath): string | null;
  /** SHA-256 of the file's text. */
  hash(file: ProjectPath): string;
  /** What the checker has to know beside the files. */
  readonly types: TypeSettings;
  /** The syntax tree of a file that was parsed in this run, to be taken once: whoever takes it may bind it. */
  takeTree(file: ProjectPath): ts.SourceFile | null;
  /** What the code of a file does; null when it cannot be read. */
  bodies(file: ProjectPath): BodyFacts | null;
  /** What answers about files depend on. */
  readonly inputs: Inputs;
}

/** Bodies by the hash of the text they were read from; null: the code is nested too deeply. */
export interface BodiesCache {
  get(key: string): BodyFacts | null | undefined;
  set(key: string, bodies: BodyFacts | null): void;
}

/** Facts by the hash of the text they were read from. */
export interface FactsCache {
  get(key: string): FileFacts | undefined;
  set(key: string, facts: FileFacts): void;
}

export function loadProgram(
  host: Host,
  projectDir: string,
  config: LoadedConfig,
  out: OutputFolder,
  cache: FactsCache,
  bodies: BodiesCache,
  sink: DiagnosticSink,
): Outcome<SourceProgram> {
  const settings = readTsconfig(host, projectDir, config, sink);
  if (!settings.ok) return settings;
  const { options, fileNames, tsconfig, loops } = settings.value;
  const problem = outputProblem(host, projectDir, out.path, fileNames);
  if (problem !== null)
    return { ok: false, reported: sink.for(outputCodes).report('NIM5004', { path: out.path, problem }, out.span) };
  const program = new Program(host, projectDir, tsconfig, options, cache, bodies);
  program.addRoots(fileNames, out.path);
  const codes = sink.for(projectCodes);
  for (const path of loops) codes.report('NIM1016', { path }, null);
  for (const path of program.unreadable)
    codes.report('NIM1010', { path, problem: 'it is missing, a broken link, or not readable' }, null);
  if (program.files.length === 0 && program.unreadable.length === 0) {
    const { source } = config.config;
    const which =
      source !== null
        ? 'that "source" selects'
        : tsconfig !== null
          ? `that ${paths.relative(projectDir, tsconfig)} selects`
          : 'in the project folder';
    return { ok: false, reported: codes.report('NIM1009', { which }, source === null ? null : spanOf(config, ['source'])) };
  }
  for (const file of [...program.files, ...program.data]) {
    for (const error of program.facts(file)?.syntaxErrors ?? []) {
      codes.report(
        'NIM1008',
        { problem: withoutStop(error.message), json: isJson(file) },
        { file, start: error.at[0], end: error.at[1] },
      );
    }
  }
  return { ok: true, value: program };
}

/** Where the output goes; what stands there is no source. */
export interface OutputFolder {
  /** Relative to the project, or absolute. */
  readonly path: string;
  /** Where the configuration says so. */
  readonly span: Span | null;
}

/** Why the output folder cannot be what it is; null when it can. */
function outputProblem(host: Host, projectDir: string, out: string, fileNames: readonly string[]): string | null {
  const outDir = paths.join(projectDir, out);
  const project = paths.relative(outDir, projectDir);
  if (project === '') return 'it is the project folder itself';
  if (!project.startsWith('..')) return 'the project lies in it';
  const source = fileNames.find((file) => {
    const within = paths.relative(outDir, file);
    if (within === '' || within.startsWith('..')) return false;
    // Uploads of a former build may look like sources; they lie in the folder of a stage.
    const stage = paths.join(outDir, within.split('/')[0] ?? '');
    return host.kind(paths.join(stage, 'nimbus.manifest.json')) !== 'file';
  });
  return source === undefined ? null : `it holds source files such as "${paths.relative(projectDir, source)}"`;
}

interface Settings {
  readonly options: ts.CompilerOptions;
  readonly fileNames: readonly string[];
  readonly tsconfig: string | null;
  /** Symbolic links to a folder that they are in, relative to the project. */
  readonly loops: readonly string[];
}

function readTsconfig(host: Host, projectDir: string, loaded: LoadedConfig, sink: DiagnosticSink): Outcome<Settings> {
  const codes = sink.for(projectCodes);
  const { tsconfig: named, source } = loaded.config;
  const path = paths.join(projectDir, named ?? 'tsconfig.json');
  const exists = host.kind(path) === 'file';
  if (!exists && named !== null) {
    return { ok: false, reported: codes.report('NIM1006', { path: named, configured: true }, spanOf(loaded, ['tsconfig'])) };
  }
  const loops = new Set<string>();
  const parseHost = configHost(host, (link) => loops.add(paths.relative(projectDir, link)));
  const read = exists ? ts.readConfigFile(path, (p) => host.readText(p) ?? undefined) : { config: {} };
  const relative = paths.relative(projectDir, path);
  if (read.error !== undefined) {
    const message = withoutStop(ts.flattenDiagnosticMessageText(read.error.messageText, ' '));
    const start = read.error.start ?? 0;
    const end = Math.min(start + Math.max(1, read.error.length ?? 1), host.readText(path)?.length ?? 0);
    const span = { file: relative, start: Math.min(start, end), end };
    return { ok: false, reported: codes.report('NIM1007', { path: relative, problem: message }, span) };
  }
  const raw = source ? { ...read.config, include: [...source], files: undefined } : read.config;
  const parsed = ts.parseJsonConfigFileContent(raw, parseHost, projectDir, undefined, exists ? path : undefined);
  // Only what stops the file from being understood; options that this TypeScript does not know are the user's business.
  const broken = parsed.errors.find((e) => [5083, 6053, 18000, 18001, 18051].includes(e.code));
  if (broken !== undefined) {
    const message = withoutStop(
      ts.flattenDiagnosticMessageText(broken.messageText, ' ').replaceAll(`${paths.forward(projectDir)}/`, ''),
    );
    return {
      ok: false,
      reported: codes.report('NIM1007', { path: relative, problem: message }, extendsOf(relative, host.readText(path) ?? '')),
    };
  }
  const { options, fileNames } = parsed;
  return { ok: true, value: { options, fileNames, tsconfig: exists ? path : null, loops: [...loops].sort(compareText) } };
}

/** What a tsconfig extends; TypeScript says nothing about the place of its problems there. */
function extendsOf(file: ProjectPath, text: string): Span {
  const [all = '', before = ''] = /("extends"\s*:\s*)(?:"[^"\n]*"|\[[^\]]*\])/.exec(text) ?? [];
  const start = all === '' ? 0 : text.indexOf(all) + before.length;
  return { file, start, end: start + Math.max(1, all.length - before.length) };
}

/** TypeScript's messages are sentences; ours go on after them. */
function withoutStop(message: string): string {
  return message.replace(/\.$/, '');
}

const JSX = ['', 'preserve', 'react', 'react-native', 'react-jsx', 'react-jsxdev'];

function emitOptions(options: ts.CompilerOptions): string {
  const { experimentalDecorators, jsxFactory, jsxFragmentFactory, jsxImportSource, verbatimModuleSyntax, target } = options;
  // TypeScript's own default (typescriptlang.org/tsconfig/#useDefineForClassFields).
  const useDefineForClassFields = options.useDefineForClassFields ?? (target === undefined || target >= ts.ScriptTarget.ES2022);
  const jsx = options.jsx === undefined ? undefined : JSX[options.jsx];
  const alwaysStrict = options.alwaysStrict ?? options.strict;
  return JSON.stringify({
    compilerOptions: {
      alwaysStrict,
      experimentalDecorators,
      jsx,
      jsxFactory,
      jsxFragmentFactory,
      jsxImportSource,
      useDefineForClassFields,
      verbatimModuleSyntax,
    },
  });
}

class Program implements SourceProgram {
  readonly inputs: Inputs;
  private readonly loaded = new Map<ProjectPath, { text: string; hash: string; facts: FileFacts } | null>();
  private readonly resolved = new Map<string, Resolution>();
  private readonly roots = new Set<ProjectPath>();
  private readonly dataFiles = new Set<ProjectPath>();
  private readonly resolutionHost: ts.ModuleResolutionHost;
  private readonly resolutionCache: ts.ModuleResolutionCache;
  private sorted: ProjectPath[] | null = null;
  readonly unreadable: ProjectPath[] = [];
  readonly emitOptions: string;
  readonly mapsNames: boolean;
  private readonly ambient: ProjectPath[] = [];
  private declaring: readonly ProjectPath[] | null = null;
  private readonly trees = new Map<ProjectPath, ts.SourceFile>();

  constructor(
    private readonly host: Host,
    readonly projectDir: string,
    readonly tsconfig: string | null,
    private readonly options: ts.CompilerOptions,
    private readonly cache: FactsCache,
    private readonly bodiesCache: BodiesCache,
  ) {
    this.inputs = new Inputs(host, this);
    this.resolutionHost = {
      fileExists: (p) => host.kind(p) === 'file',
      directoryExists: (p) => host.kind(p) === 'folder',
      readFile: (p) => host.readText(p) ?? undefined,
      realpath: (p) => paths.forward(host.realPath(p)),
      getCurrentDirectory: () => projectDir,
    };
    this.resolutionCache = ts.createModuleResolutionCache(projectDir, (p) => p, options);
    this.emitOptions = emitOptions(options);
    this.mapsNames = options.paths !== undefined || options.baseUrl !== undefined;
  }

  has(file: ProjectPath): boolean {
    return this.roots.has(file);
  }

  get data(): readonly ProjectPath[] {
    return [...this.dataFiles].sort(compareText);
  }

  get files(): readonly ProjectPath[] {
    this.sorted ??= [...this.roots].sort(compareText);
    return this.sorted;
  }

  /** The tsconfig's files and, from them, every project file that their imports reach. */
  addRoots(fileNames: readonly string[], out: string): void {
    const outDir = paths.relative(this.projectDir, paths.join(this.projectDir, out));
    const pending = fileNames
      .map((name) => paths.relative(this.projectDir, name))
      .filter((file) => isSource(file) && !file.startsWith(`${outDir}/`));
    for (const name of fileNames) {
      const file = paths.relative(this.projectDir, name);
      if (isDeclaration(file) && !file.startsWith(`${outDir}/`)) this.ambient.push(file);
    }
    for (const file of pending) this.roots.add(file);
    while (pending.length > 0) {
      const file = pending.pop() as ProjectPath;
      const facts = this.facts(file);
      if (facts === null) {
        this.roots.delete(file);
        this.unreadable.push(file);
        continue;
      }
      for (const specifier of facts.specifiers) {
        const target = this.resolve(file, specifier);
        if (target.of === 'file' && isJson(target.file) && isOwn(target.file)) this.dataFiles.add(target.file);
        if (target.of !== 'file' || this.roots.has(target.file) || !isOwn(target.file) || !isSource(target.file)) continue;
        this.roots.add(target.file);
        pending.push(target.file);
      }
    }
    this.sorted = null;
  }

  takeTree(file: ProjectPath): ts.SourceFile | null {
    const tree = this.trees.get(file) ?? null;
    this.trees.delete(file);
    return tree;
  }

  get types(): TypeSettings {
    this.declaring ??= this.files.filter((file) => declaresElsewhere(file, this.text(file) ?? ''));
    return { options: this.options, ambient: [...this.ambient, ...this.declaring] };
  }

  get damaged(): ReadonlySet<ProjectPath> {
    const found = new Set([...this.files, ...this.data].filter((file) => (this.facts(file)?.syntaxErrors.length ?? 0) > 0));
    if (found.size === 0) return found;
    const importers = new Map<ProjectPath, ProjectPath[]>();
    for (const file of this.files) {
      for (const specifier of this.facts(file)?.specifiers ?? []) {
        const target = this.resolve(file, specifier);
        if (target.of === 'file') importers.set(target.file, [...(importers.get(target.file) ?? []), file]);
      }
    }
    // A set is walked to its end, what is added on the way included.
    for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
    return found;
  }

  text(file: ProjectPath): string | null {
    return this.load(file)?.text ?? this.host.readText(paths.join(this.projectDir, file));
  }

  hash(file: ProjectPath): string {
    return this.load(file)?.hash ?? '';
  }

  facts(file: ProjectPath): FileFacts | null {
    return this.load(file)?.facts ?? null;
  }

  bodies(file: ProjectPath): BodyFacts | null {
    const loaded = this.load(file);
    if (loaded === null) return null;
    const key = keyOf(file, loaded.hash);
    let bodies = this.bodiesCache.get(key);
    if (bodies === undefined) {
      bodies = null;
      readFacts(file, loaded.text, (tree) => {
        bodies = readBodies(tree);
      });
      this.bodiesCache.set(key, bodies);
    }
    return bodies;
  }

  private load(file: ProjectPath): { text: string; hash: string; facts: FileFacts } | null {
    const known = this.loaded.get(file);
    if (known !== undefined) return known;
    const text = this.host.readText(paths.join(this.projectDir, file));
    let entry: { text: string; hash: string; facts: FileFacts } | null = null;
    if (text !== null) {
      const hash = contentHash(text);
      const key = keyOf(file, hash);
      let facts = this.cache.get(key);
      if (facts === undefined) {
        facts = readFacts(file, text, (tree) => {
          this.trees.set(file, tree);
          // Now, because whoever takes the tree may change it, and because parsing again takes longer.
          if (isOwn(file)) this.bodiesCache.set(key, readBodies(tree));
        });
        this.cache.set(key, facts);
      }
      entry = { text, hash, facts };
    }
    this.loaded.set(file, entry);
    return entry;
  }

  resolve(from: ProjectPath, specifier: string): Resolution {
    const folder = from.slice(0, from.lastIndexOf('/') + 1);
    const key = `${folder}\0${specifier}`;
    let found = this.resolved.get(key);
    if (found === undefined) {
      found = this.resolveNow(from, folder, specifier);
      this.resolved.set(key, found);
    }
    return found;
  }

  private resolveNow(from: ProjectPath, folder: string, specifier: string): Resolution {
    // A relative import of a known file needs no look at the disk; that is nearly all of them.
    if (specifier.startsWith('./') || specifier.startsWith('../')) {
      const base = paths.normalise(folder + specifier);
      const hit = candidates(base).find((c) => this.roots.has(c));
      if (hit !== undefined) return { of: 'file', file: hit };
    }
    const mapped = this.options.paths !== undefined && Object.hasOwn(this.options.paths, specifier);
    if (specifier === 'nimbusc' && !mapped) return { of: 'nimbus' };
    const containing = paths.join(this.projectDir, from);
    // Bundlers read JSON whatever the tsconfig says; the cache would mix the two sorts of answers.
    const json = isJson(specifier) && this.options.resolveJsonModule !== true;
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      containing,
      json ? { ...this.options, resolveJsonModule: true } : this.options,
      this.resolutionHost,
      json ? undefined : this.resolutionCache,
      undefined,
      this.importMode(),
    );
    if (resolvedModule === undefined) return { of: 'missing' };
    if (specifier === 'nimbusc' && resolvedModule.packageId?.name === 'nimbusc') return { of: 'nimbus' };
    return { of: 'file', file: paths.relative(this.projectDir, resolvedModule.resolvedFileName) };
  }

  private importMode(): ts.ResolutionMode {
    const { module } = this.options;
    return module !== undefined && module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext
      ? ts.ModuleKind.ESNext
      : undefined;
  }
}

/** What TypeScript would try for a relative specifier, in its order. */
function candidates(base: string): string[] {
  const stem = /^(.*)\.([cm]?)jsx?$/.exec(base);
  if (stem !== null) return [`${stem[1]}.${stem[2]}ts`, `${stem[1]}.tsx`, base];
  if (/\.[cm]?tsx?$/.test(base)) return [base];
  return [`${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`];
}

/** The same text means another thing with another extension. */
function keyOf(file: ProjectPath, hash: string): string {
  return `${file.slice(file.lastIndexOf('.') + 1)}:${hash}`;
}

function isSource(file: ProjectPath): boolean {
  return /\.[cm]?[jt]sx?$/.test(file) && !isDeclaration(file);
}

function isDeclaration(file: ProjectPath): boolean {
  return /\.d\.([^.]+\.)?[cm]?ts$/.test(file);
}

function isOwn(file: ProjectPath): boolean {
  return !file.split('/').includes('node_modules');
}

type MatchFiles = (
  path: string,
  extensions: readonly string[] | undefined,
  excludes: readonly string[] | undefined,
  includes: readonly string[] | undefined,
  useCaseSensitiveFileNames: boolean,
  currentDirectory: string,
  depth: number | undefined,
  getFileSystemEntries: (path: string) => { files: readonly string[]; directories: readonly string[] },
  realpath: (path: string) => string,
) => string[];

/** `loop` is told of links that lead back to where they are. */
function configHost(host: Host, loop: (path: string) => void): ts.ParseConfigHost {
  // The compiler's own globbing, which it does not export in its types; it also stops at loops of symbolic links.
  const matchFiles = (ts as unknown as { readonly matchFiles: MatchFiles }).matchFiles;
  const entries = (path: string) => {
    const list = [...(host.list(path) ?? [])].sort((a, b) => compareText(a.name, b.name));
    return {
      // What is neither file nor folder may be a broken link: if it is selected, that is an error and no reason to skip it.
      files: list.filter((e) => e.kind !== 'folder').map((e) => e.name),
      directories: list.filter((e) => e.kind === 'folder').map((e) => e.name),
    };
  };
  // Asked for every folder that is entered, its parents first.
  const known = new Map<string, string>();
  const realPath = (path: string): string => {
    const real = paths.forward(host.realPath(path));
    known.set(path, real);
    if (`${known.get(paths.dirname(path)) ?? ''}/`.startsWith(`${real}/`)) loop(path);
    return real;
  };
  return {
    useCaseSensitiveFileNames: true,
    fileExists: (p) => host.kind(p) === 'file',
    readFile: (p) => host.readText(p) ?? undefined,
    readDirectory: (root, extensions, excludes, includes, depth) =>
      matchFiles(root, extensions, excludes, includes, true, root, depth, entries, realPath),
  };
}

/** True for what may be meant by files that do not import it: global declarations, additions to modules, scripts. */
function declaresElsewhere(file: ProjectPath, text: string): boolean {
  if (/\bdeclare\s+(?:global|module)\b/.test(text)) return true;
  return /\.[cm]?tsx?$/.test(file) && !/^\s*(?:import|export)\b/m.test(text);
}
