/**
 * In: the loaded program and the files whose types are asked for. Out: TypeScript's own program over them and what they
 * import, with which its checker answers. Modules lead where the loaded program says; nothing is emitted or diagnosed.
 */
import { getLibFiles } from '@ts-morph/common';
import { ts } from 'ts-morph';
import { compareText, type ProjectPath } from '../../../ir/span.js';
import type { Host } from '../../../options.js';
import * as paths from '../../../paths.js';
import type { SourceProgram } from '../load-program.js';

export interface TypeProgram {
  readonly checker: ts.TypeChecker;
  sourceFile(file: ProjectPath): ts.SourceFile | undefined;
  /** Where a file lies: a project file, one of a package, one of the language or of nimbusc. */
  originOf(file: ts.SourceFile): { readonly of: 'project' | 'package' | 'language' | 'nimbus'; readonly path: ProjectPath };
  /** The files that a file's types depend on: itself and what it imports, directly or not, without nimbusc and the language. */
  dependencies(file: ProjectPath): readonly ProjectPath[];
}

/** What of the project's settings decides about types. */
export interface TypeSettings {
  readonly options: ts.CompilerOptions;
  /** Declaration files that the project lists, and files that declare something for others: they count everywhere. */
  readonly ambient: readonly ProjectPath[];
}

/** Levels of a syntax tree that no person writes: a file with more is left out when the checker cannot do with it. */
const MAX_LEVELS = 500;

const LIB_FOLDER = '/lib-of-typescript';

export function createTypeProgram(
  host: Host,
  source: SourceProgram,
  settings: TypeSettings,
  /** Folder of the compiled `runtime/`, whose declarations stand for the package `nimbusc`. */
  runtimeDir: string,
  roots: readonly ProjectPath[],
): TypeProgram {
  try {
    return new Loaded(host, source, settings, runtimeDir, roots, Number.POSITIVE_INFINITY);
  } catch (error) {
    // The checker's binder is recursive too, and runs out of stack where the parser did not.
    if (!(error instanceof RangeError)) throw error;
    return new Loaded(host, source, settings, runtimeDir, roots, MAX_LEVELS);
  }
}

/** What else than the text of files decides about types; part of the key of what is remembered. */
export function typeOptions(host: Host, source: SourceProgram): string {
  const { options, ambient } = source.types;
  const read = [options.target, options.lib, options.types, options.paths, options.module, options.moduleResolution, options.jsx];
  const sought = [options.experimentalDecorators, options.baseUrl, options.rootDirs, options.typeRoots, options.customConditions];
  const nodeTypes = findNodeTypes(host, source).map((file) => paths.relative(source.projectDir, file));
  return JSON.stringify([...read, ...sought, options.moduleSuffixes, options.preserveSymlinks, ambient, nodeTypes]);
}

class Loaded implements TypeProgram {
  private readonly program: ts.Program;
  private readonly files = new Map<string, ts.SourceFile | undefined>();
  private readonly imports = new Map<string, Set<string>>();
  private readonly libs: ReadonlyMap<string, string>;
  private readonly closures = new Map<ProjectPath, readonly ProjectPath[]>();
  private readonly nodeTypes: readonly string[];
  private readonly moduleHost: ReturnType<typeof moduleHost>;

  constructor(
    private readonly host: Host,
    private readonly source: SourceProgram,
    private readonly settings: TypeSettings,
    private readonly runtimeDir: string,
    roots: readonly ProjectPath[],
    private readonly maxLevels: number,
  ) {
    this.libs = new Map(getLibFiles().map(({ fileName, text }) => [`${LIB_FOLDER}/${fileName}`, text]));
    this.nodeTypes = findNodeTypes(host, source);
    this.moduleHost = moduleHost(host, source);
    const names = [...roots, ...settings.ambient].map((file) => paths.join(source.projectDir, file));
    this.program = ts.createProgram({
      rootNames: [...names, ...this.nodeTypes],
      options: this.options(),
      host: this.compilerHost(),
    });
    this.checker = this.program.getTypeChecker();
    this.meetDeclarations();
  }

  readonly checker: ts.TypeChecker;

  /**
   * Where two types are the same but for their names, the checker keeps the one that it met first. So it meets all of the
   * project in the order of files and places, whichever of the files are loaded.
   */
  private meetDeclarations(): void {
    const own = this.program.getSourceFiles().filter((file) => this.originOf(file).of === 'project');
    for (const file of [...own].sort((a, b) => compareText(a.fileName, b.fileName))) {
      for (const statement of file.statements) {
        if (!ts.isInterfaceDeclaration(statement) && !ts.isClassDeclaration(statement) && !isAliasOfObject(statement)) continue;
        const symbol = statement.name === undefined ? undefined : this.checker.getSymbolAtLocation(statement.name);
        if (symbol !== undefined) this.checker.getDeclaredTypeOfSymbol(symbol);
      }
    }
  }

  sourceFile(file: ProjectPath): ts.SourceFile | undefined {
    return this.program.getSourceFile(paths.join(this.source.projectDir, file));
  }

  originOf({ fileName }: ts.SourceFile): ReturnType<TypeProgram['originOf']> {
    if (fileName.startsWith(`${LIB_FOLDER}/`)) return { of: 'language', path: fileName.slice(LIB_FOLDER.length + 1) };
    if (fileName.startsWith(`${this.runtimeDir}/`)) return { of: 'nimbus', path: fileName.slice(this.runtimeDir.length + 1) };
    const path = paths.relative(this.source.projectDir, fileName);
    // Node's own types are part of the language as far as bodies are concerned: `Buffer`.
    if (/(^|\/)node_modules\/@types\/node\//.test(path)) return { of: 'language', path };
    return { of: path.split('/').includes('node_modules') ? 'package' : 'project', path };
  }

  dependencies(file: ProjectPath): readonly ProjectPath[] {
    const known = this.closures.get(file);
    if (known !== undefined) return known;
    const found = new Set([file, ...this.settings.ambient].map((f) => paths.join(this.source.projectDir, f)));
    for (const name of this.nodeTypes) found.add(name);
    for (const name of found) for (const target of this.imports.get(name) ?? []) found.add(target);
    const own = [...found]
      .filter((name) => !name.startsWith(`${LIB_FOLDER}/`) && !name.startsWith(`${this.runtimeDir}/`))
      .map((name) => paths.relative(this.source.projectDir, name));
    this.closures.set(file, own);
    return own;
  }

  private options(): ts.CompilerOptions {
    const { options } = this.settings;
    const target = options.target ?? ts.ScriptTarget.ES2022;
    return {
      target,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: options.lib?.map((lib) => paths.basename(lib)) ?? [defaultLib(target)],
      experimentalDecorators: options.experimentalDecorators,
      jsx: options.jsx,
      allowJs: true,
      // Types count as they are written: without it `string | null` would be `string`.
      strictNullChecks: true,
      noImplicitAny: false,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    } as ts.CompilerOptions;
  }

  private compilerHost(): ts.CompilerHost {
    const cache = ts.createModuleResolutionCache(this.source.projectDir, (path) => path, this.settings.options);
    return {
      ...this.moduleHost,
      fileExists: (path) => this.libs.has(path) || this.host.kind(path) === 'file',
      getSourceFile: (name, options) => this.load(name, options),
      getDefaultLibFileName: () => `${LIB_FOLDER}/lib.es5.d.ts`,
      getDefaultLibLocation: () => LIB_FOLDER,
      useCaseSensitiveFileNames: () => true,
      getCanonicalFileName: (name) => name,
      getNewLine: () => '\n',
      writeFile: () => {},
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map((literal) => ({ resolvedModule: this.resolve(literal.text, containing, cache) })),
      resolveTypeReferenceDirectiveReferences: (references, containing) =>
        references.map((reference) => {
          const name = typeof reference === 'string' ? reference : reference.fileName;
          const { resolvedTypeReferenceDirective } = ts.resolveTypeReferenceDirective(
            name,
            containing,
            this.settings.options,
            this.moduleHost,
          );
          const target = resolvedTypeReferenceDirective?.resolvedFileName;
          if (target !== undefined) this.note(containing, target);
          return { resolvedTypeReferenceDirective };
        }),
    };
  }

  private load(name: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    if (!this.files.has(name)) {
      const path = paths.relative(this.source.projectDir, name);
      const text = this.libs.get(name) ?? (this.source.has(path) ? this.source.text(path) : this.host.readText(name));
      const tree = this.source.takeTree(path);
      const isShared = !this.source.has(path);
      const read = (): ts.SourceFile | undefined => {
        if (text === null || text === undefined) return undefined;
        return isShared ? sharedTree(name, text, options, this.settings.options) : parse(name, text, options);
      };
      const file = tree === null ? read() : Object.assign(tree, { fileName: name });
      this.files.set(name, file === undefined || isDeeper(file, this.maxLevels) ? undefined : file);
      for (const { fileName } of this.files.get(name)?.referencedFiles ?? [])
        this.note(name, paths.join(paths.dirname(name), fileName));
    }
    return this.files.get(name);
  }

  private resolve(specifier: string, containing: string, cache: ts.ModuleResolutionCache): ts.ResolvedModuleFull | undefined {
    const target = this.targetOf(specifier, containing, cache);
    if (target === undefined) return undefined;
    this.note(containing, target);
    return {
      resolvedFileName: target,
      extension: extensionOf(target),
      isExternalLibraryImport: target.split('/').includes('node_modules'),
    };
  }

  private targetOf(specifier: string, containing: string, cache: ts.ModuleResolutionCache): string | undefined {
    const { projectDir } = this.source;
    const from = paths.relative(projectDir, containing);
    if (specifier === 'nimbusc') return paths.join(this.runtimeDir, 'index.d.ts');
    if (this.source.has(from)) {
      const target = this.source.resolve(from, specifier);
      return target.of === 'file' ? paths.join(projectDir, target.file) : undefined;
    }
    return ts.resolveModuleName(specifier, containing, this.settings.options, this.moduleHost, cache).resolvedModule
      ?.resolvedFileName;
  }

  private note(from: string, to: string): void {
    const known = this.imports.get(from);
    if (known === undefined) this.imports.set(from, new Set([to]));
    else known.add(to);
  }
}

/** Node's globals (`Buffer`, `process`, `URL`) where the project has their types and names one of them: they are large. */
function findNodeTypes(host: Host, source: SourceProgram): readonly string[] {
  const { options } = source.types;
  if (options.types !== undefined && !options.types.includes('node') && !options.types.includes('*')) return [];
  if (!source.files.some((file) => NODE_GLOBALS.test(source.text(file) ?? ''))) return [];
  const from = paths.join(source.projectDir, 'package.json');
  const found = ts.resolveTypeReferenceDirective('node', from, options, moduleHost(host, source));
  const file = found.resolvedTypeReferenceDirective?.resolvedFileName;
  return file === undefined ? [] : [file];
}

function moduleHost(host: Host, source: SourceProgram): ts.ModuleResolutionHost & Pick<ts.CompilerHost, 'getCurrentDirectory'> {
  return {
    fileExists: (path) => host.kind(path) === 'file',
    directoryExists: (path) => host.kind(path) === 'folder',
    readFile: (path) => host.readText(path) ?? undefined,
    realpath: (path) => paths.forward(host.realPath(path)),
    getCurrentDirectory: () => source.projectDir,
  };
}

const NODE_GLOBALS =
  /\b(Buffer|NodeJS|process|URL|URLSearchParams|fetch|structuredClone|Blob|TextEncoder|TextDecoder)\b|['"]node:/;

/**
 * Trees of libraries, for programs of this process that come later: TypeScript's own language service shares them in the same
 * way. What a checker finds out it keeps beside them; binding depends on the text and the options.
 */
const shared = new Map<string, { readonly text: string; readonly tree: ts.SourceFile | undefined }>();

function sharedTree(
  name: string,
  text: string,
  options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  settings: ts.CompilerOptions,
): ts.SourceFile | undefined {
  const key = JSON.stringify([name, options, settings]);
  const known = shared.get(key);
  if (known?.text === text) return known.tree;
  const tree = parse(name, text, options);
  shared.set(key, { text, tree });
  return tree;
}

function parse(name: string, text: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  try {
    return ts.createSourceFile(name, text, options);
  } catch (error) {
    // The parser is recursive; what is nested that deeply has been reported when its facts were read.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isAliasOfObject(statement: ts.Statement): statement is ts.TypeAliasDeclaration {
  return ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type);
}

/** Without recursion, which is what cannot be had here. */
function isDeeper(file: ts.SourceFile, levels: number): boolean {
  if (levels === Number.POSITIVE_INFINITY) return false;
  let level: ts.Node[] = [file];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    const next: ts.Node[] = [];
    for (const node of level) ts.forEachChild(node, (child) => void next.push(child));
    level = next;
  }
  return false;
}

function extensionOf(name: string): string {
  return /(\.d\.[cm]?ts|\.[cm]?[jt]sx?|\.json)$/.exec(name)?.[1] ?? '.ts';
}

/** The language without the browser, whose types have no JSON form and take longer to read than all others. */
function defaultLib(target: ts.ScriptTarget): string {
  const year = ts.ScriptTarget[target]?.toLowerCase() ?? 'esnext';
  return /^es20\d\d$/.test(year) ? `lib.${year}.d.ts` : year === 'es5' ? 'lib.es2015.d.ts' : 'lib.esnext.d.ts';
}
