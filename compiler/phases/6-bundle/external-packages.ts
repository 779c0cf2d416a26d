/** Packages of `bundle.external` and of `@ForceDependency`: copied into the zip as they are installed, with what they depend on. */
import { bundleCodes } from '../../diagnostics/codes/bundling.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { compareText, type Span } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';

export interface PackageFile {
  /** Inside the zip: `node_modules/sharp/lib/index.js`. */
  readonly name: string;
  readonly path: string;
}

/** `because`: the module that imports it or the function that asks for it, and where, for the message when it is not installed. */
export function collectPackage(
  host: Host,
  projectDir: string,
  name: string,
  because: { readonly importer: string; readonly where: Span | null },
  sink: DiagnosticSink,
): PackageFile[] {
  const files: PackageFile[] = [];
  const done = new Set<string>();
  const visit = (dependency: string, from: string, wantedBy: string, optional: boolean): void => {
    const folder = findPackage(host, from, dependency);
    if (folder === null) {
      if (!optional) sink.for(bundleCodes).report('NIM4004', { package: dependency, because: wantedBy }, because.where);
      return;
    }
    if (done.has(dependency)) return;
    done.add(dependency);
    walk(host, folder, `node_modules/${dependency}`, files);
    const manifest = JSON.parse(host.readText(paths.join(folder, 'package.json')) ?? '{}') as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    for (const inner of Object.keys(manifest.dependencies ?? {}).sort(compareText)) {
      visit(inner, folder, dependency, Object.hasOwn(manifest.optionalDependencies ?? {}, inner));
    }
    for (const inner of Object.keys(manifest.optionalDependencies ?? {}).sort(compareText))
      visit(inner, folder, dependency, true);
  };
  visit(name, projectDir, because.importer, false);
  return files;
}

/** Node's own way up through the folders. */
function findPackage(host: Host, from: string, name: string): string | null {
  for (let folder = from; ; folder = paths.dirname(folder)) {
    const candidate = paths.join(folder, 'node_modules', name);
    if (host.kind(paths.join(candidate, 'package.json')) === 'file') return host.realPath(candidate);
    if (paths.dirname(folder) === folder) return null;
  }
}

function walk(host: Host, folder: string, name: string, files: PackageFile[]): void {
  for (const entry of [...(host.list(folder) ?? [])].sort((a, b) => compareText(a.name, b.name))) {
    // Dependencies are found on their own, wherever they are installed.
    if (entry.name === 'node_modules' || entry.name === '.git') continue;
    const path = paths.join(folder, entry.name);
    if (entry.kind === 'folder') walk(host, path, `${name}/${entry.name}`, files);
    else if (entry.kind === 'file') files.push({ name: `${name}/${entry.name}`, path });
  }
}
