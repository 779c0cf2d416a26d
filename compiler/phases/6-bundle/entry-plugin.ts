/**
 * What esbuild is told about nimbusc: generated entries, the modules behind `nimbusc:...` specifiers, modules that are
 * shipped ready-made, and project files without their decorators.
 */
import type { Loader, Plugin, PluginBuild } from 'esbuild';
import type { Range } from '../../ir/facts.js';
import type { ProjectPath } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';
import type { SourceProgram } from '../1-load/load-program.js';
import { blankRanges } from './blank.js';
import type { BundlerContext } from './bundle-functions.js';
import { entryExport } from './entry-source.js';
import { narrowModule, runtimeExports, takenNames } from './narrow-module.js';

export function entryPlugin(entries: ReadonlyMap<string, string>, context: BundlerContext): Plugin {
  const project = new ProjectFiles(context);
  return {
    name: 'nimbusc',
    setup(build) {
      resolveProjectFiles(build, project, context);
      readEntries(build, entries, context);
      resolveOurs(build, project, context);
      readProjectFiles(build, project, context);
      if (context.host.virtual) readBesides(build, context.host);
    },
  };
}

/** The files that the compiler has read, by the names that esbuild has for them. */
class ProjectFiles {
  private readonly folders = new Map<string, string>();
  private readonly own: ReadonlyMap<string, ProjectPath>;

  constructor(private readonly context: BundlerContext) {
    this.own = new Map(context.program.files.map((file) => [this.pathOf(file), file]));
  }

  at(path: string): ProjectPath | undefined {
    return this.own.get(path);
  }

  pathOf(file: ProjectPath): string {
    return this.realPath(paths.join(this.context.program.projectDir, file));
  }

  /** A file that only types lead to, which may hold classes of bodies. */
  besides(path: string): ProjectPath | undefined {
    const file = paths.relative(this.realPath(this.context.program.projectDir), path);
    return file.split('/').includes('node_modules') ? undefined : file;
  }

  /** esbuild names files by their real paths; the folders of a project are few, its files are many. */
  private realPath(file: string): string {
    const folder = paths.dirname(file);
    let real = this.folders.get(folder);
    if (real === undefined) {
      real = this.context.host.realPath(folder);
      this.folders.set(folder, real);
    }
    return paths.join(real, paths.basename(file));
  }
}

/** What the compiler has read is what must be shipped: an import of a project file leads where the compiler says. */
function resolveProjectFiles(build: PluginBuild, project: ProjectFiles, { program, host }: BundlerContext): void {
  build.onResolve({ filter: program.mapsNames ? /^[^/]/ : /^\.\.?(\/|$)/, namespace: 'file' }, ({ path, importer }) => {
    const from = project.at(importer);
    if (from === undefined || path === 'nimbusc') return undefined;
    const target = program.resolve(from, path);
    if (target.of === 'file' && program.has(target.file)) return { path: project.pathOf(target.file) };
    // esbuild would look on the disk for what is no source, such as JSON.
    const other = paths.join(paths.dirname(importer), path);
    return host.virtual && host.kind(other) === 'file' ? { path: other } : undefined;
  });
}

function readEntries(build: PluginBuild, entries: ReadonlyMap<string, string>, { program }: BundlerContext): void {
  build.onResolve({ filter: /^nimbusc-entry:/ }, ({ path }) => ({
    path: path.slice('nimbusc-entry:'.length),
    namespace: 'nimbusc-entry',
  }));
  build.onLoad({ filter: /.*/, namespace: 'nimbusc-entry' }, ({ path }) => ({
    contents: unmapped(entries.get(path) ?? ''),
    loader: 'js',
    resolveDir: program.projectDir,
  }));
}

/** A file of nimbusc's. */
interface Ours {
  readonly path: string;
  readonly namespace: string;
  readonly sideEffects: boolean;
}

/** nimbusc's own files go by names relative to its folder, so that where it is installed shows in no output. */
function resolveOurs(build: PluginBuild, project: ProjectFiles, context: BundlerContext): void {
  const { program, host, modules, runtimeDir, decoratorRanges, settings } = context;
  const base = paths.dirname(runtimeDir);
  // Whoever imports it first decides for esbuild whether a module has side effects, so all of them must say the same: which one
  // is first is a matter of chance, and names in the minified code would be one as well.
  const ours = (path: string): Ours => ({
    path: paths.relative(base, path),
    namespace: 'nimbusc',
    sideEffects: !/[\\/]runtime[\\/](index|client-builder|kinds[\\/].*|core[\\/].*)\.js(\?.*)?$/.test(path),
  });
  const runtime = (path: string): Ours => ours(paths.join(runtimeDir, path));
  const [index, clientBuilder] = ['index.js', 'client-builder.js'].map(
    (name) => host.readText(paths.join(runtimeDir, name)) ?? '',
  );
  const known = runtimeExports(index as string, clientBuilder as string);

  // The user's `import ... from 'nimbusc'` and the entry's adapter must be one copy, whichever of several is installed.
  build.onResolve({ filter: /^nimbusc$/ }, ({ importer, namespace, kind }) => {
    const file = namespace === 'file' && kind === 'import-statement' ? project.at(importer) : undefined;
    const facts = file === undefined ? null : program.facts(file);
    const text = file === undefined ? '' : blankRanges(program.text(file) ?? '', decoratorRanges.get(file) ?? []);
    const names = facts === null ? null : takenNames(text, facts, known);
    return runtime(names === null ? 'index.js' : `index.js?${names.join()}`);
  });
  build.onResolve({ filter: /^nimbusc:/ }, ({ path }) => {
    const [, layer = '', kind = ''] = /^nimbusc:([a-z]+)(?:\/(.+))?$/.exec(path) ?? [];
    if (layer === 'adapter') return runtime(`adapters/${kind}.js`);
    if (layer === 'database') return runtime(`databases/${kind}.js`);
    if (layer === 'client') {
      const module = modules.clientModule(kind) ?? kind;
      const prepared = settings.awsSdk === 'bundled' ? modules.prepared.get(module) : undefined;
      return prepared === undefined ? ours(module) : { path: `./${prepared.files[0]?.name}`, external: true };
    }
    return runtime(layer === 'core' ? 'core/entry.js' : `core/${layer}.js`);
  });
  build.onResolve({ filter: /^\.\.?\//, namespace: 'nimbusc' }, ({ path, importer }) => {
    return ours(paths.join(base, paths.dirname(importer), path));
  });
  build.onLoad({ filter: /.*/, namespace: 'nimbusc' }, ({ path }) => {
    const [, names] = /\?(.*)$/.exec(path) ?? [];
    if (names !== undefined) {
      return { contents: unmapped(narrowModule(names.split(',').filter(Boolean), known)), loader: 'js' };
    }
    const contents = host.readText(paths.join(base, path));
    if (contents === null) return { errors: [{ text: `a file of nimbusc is missing: ${path}` }] };
    // The map of a file of nimbusc would lead to where that was compiled.
    const text = contents.replace(/^\/\/# sourceMappingURL=.*$/m, '');
    return { contents: unmapped(text), loader: 'js', resolveDir: paths.dirname(paths.join(base, path)) };
  });
}

/** Without their decorators, and with exports for entries. */
function readProjectFiles(build: PluginBuild, project: ProjectFiles, { program, host, decoratorRanges }: BundlerContext): void {
  build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path, namespace }) => {
    const file = namespace === 'file' ? (project.at(path) ?? project.besides(path)) : undefined;
    if (file === undefined) return undefined;
    const text = program.text(file);
    const contents = text === null ? null : forBundle(text, decoratorRanges.get(file) ?? [], extraExports(file, text, program));
    const given = contents ?? (host.virtual ? text : null);
    return given === null ? undefined : { contents: given, loader: loaderOf(file) };
  });
}

/** Null when the file goes into the bundle as it is. */
function forBundle(text: string, decorators: readonly Range[], exported: string): string | null {
  return decorators.length === 0 && exported === '' ? null : blankRanges(text, decorators) + exported;
}

/** Entries import classes that their authors need not export: bodies and what is nested in them. */
function extraExports(file: ProjectPath, text: string, program: SourceProgram): string {
  const facts = program.facts(file);
  const isModule = facts !== null && facts.exports.length + facts.imports.length + facts.stars.length > 0;
  if (!isModule || file.endsWith('.cjs')) return '';
  if (/^\s*(export\s*=|module\.exports\b|import\s+\w+\s*=\s*require)/m.test(text)) return '';
  const locals = Object.entries(facts.values).filter(([name, value]) => value.t === 'class' && name !== '*default*');
  if (locals.length === 0) return '';
  return `\n;export { ${locals.map(([name]) => `${name} as ${entryExport(name)}`).join(', ')} };\n`;
}

/** Files that are no source, such as JSON, where esbuild cannot read them itself. */
function readBesides(build: PluginBuild, host: Host): void {
  build.onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
    const contents = path.split(/[\\/]/).includes('node_modules') ? null : host.readBytes(path);
    return contents === null ? undefined : { contents, loader: path.endsWith('.json') ? 'json' : 'default' };
  });
}

/**
 * Code of nimbusc's own has no place in maps of the user's code, and would be most of each. A map whose one mapping is on
 * the first line, where no code is, leaves the rest without any; esbuild ignores a map that has none.
 */
const unmapped = (code: string): string => `//\n${code}\n${NO_MAP}`;

const NO_MAP = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(
  JSON.stringify({ version: 3, sources: ['nimbusc:runtime'], names: [], mappings: 'AAAA' }),
).toString('base64')}`;

function loaderOf(file: ProjectPath): Loader {
  if (file.endsWith('.tsx')) return 'tsx';
  if (file.endsWith('.jsx')) return 'jsx';
  return /\.[cm]?ts$/.test(file) ? 'ts' : 'js';
}
