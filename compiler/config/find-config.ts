/** Which file configures a project. Reports when there is none, or more than one. */
import { projectCodes } from '../diagnostics/codes/project.js';
import type { DiagnosticSink, Outcome, Reported } from '../diagnostics/diagnostic.js';
import { systemProblem } from '../diagnostics/system-problem.js';
import type { ProjectPath } from '../ir/span.js';
import type { Host } from '../options.js';
import { join, relative } from '../paths.js';
import { entryOf, type Parsed } from './config-node.js';
import { parseJson } from './parse-json.js';
import { parseYaml } from './parse-yaml.js';

export interface FoundConfig {
  readonly file: ProjectPath;
  readonly text: string;
  readonly format: 'YAML' | 'JSON';
  /** The file's content; of a package.json all of it. */
  readonly parsed: Parsed;
}

/** What finding a configuration needs of the outside. */
export type ConfigHost = Pick<Host, 'kind' | 'readText'>;

/** In the order in which a message names them. */
const NAMES = ['nimbus.yml', 'nimbus.yaml', 'nimbus.json'] as const;
export const PACKAGE = 'package.json';
export const PACKAGE_KEY = 'nimbus';

interface Search {
  readonly host: ConfigHost;
  readonly projectDir: string;
  readonly sink: DiagnosticSink;
}

export function findConfig(
  host: ConfigHost,
  projectDir: string,
  explicitFile: string | null,
  sink: DiagnosticSink,
): Outcome<FoundConfig> {
  const search = { host, projectDir, sink };
  if (explicitFile !== null) return explicitConfig(explicitFile, search);
  const kind = host.kind(projectDir);
  if (kind !== 'folder') {
    return fail(sink.for(projectCodes).report('NIM1020', { folder: projectDir, isFile: kind !== null }, null));
  }
  const names: string[] = NAMES.filter((name) => host.kind(join(projectDir, name)) === 'file');
  const inPackage = packageConfig(names.length > 0, search);
  if (inPackage !== null && !inPackage.ok) return inPackage;
  const files = inPackage === null ? names : [...names, PACKAGE];
  const [first] = files;
  if (first === undefined) return fail(sink.for(projectCodes).report('NIM1001', { folder: projectDir }, null));
  if (files.length > 1) return fail(sink.for(projectCodes).report('NIM1011', { files }, null));
  return inPackage ?? read(join(projectDir, first), search);
}

function explicitConfig(explicitFile: string, search: Search): Outcome<FoundConfig> {
  const path = join(search.projectDir, explicitFile);
  if (search.host.kind(path) !== 'file') {
    return fail(search.sink.for(projectCodes).report('NIM1015', { path: relative(search.projectDir, path) }, null));
  }
  return read(path, search);
}

/**
 * The package.json when it has a key "nimbus", null when it has none. A broken package.json matters only when nothing
 * else configures the project: then it may have the key.
 */
function packageConfig(hasOther: boolean, search: Search): Outcome<FoundConfig> | null {
  const path = join(search.projectDir, PACKAGE);
  if (search.host.kind(path) !== 'file') return null;
  const found = read(path, search, hasOther);
  if (found === null || !found.ok) return found;
  const { parsed, text } = found.value;
  if (!parsed.ok) return hasOther || !text.includes(`"${PACKAGE_KEY}"`) ? null : found;
  return parsed.root !== null && entryOf(parsed.root, PACKAGE_KEY) !== undefined ? found : null;
}

function read(path: string, search: Search): Outcome<FoundConfig>;
function read(path: string, search: Search, silent: boolean): Outcome<FoundConfig> | null;
function read(path: string, { host, projectDir, sink }: Search, silent = false): Outcome<FoundConfig> | null {
  const file = relative(projectDir, path);
  const text = readText(host, path);
  if (typeof text !== 'string') {
    if (silent) return null;
    return fail(sink.for(projectCodes).report('NIM1010', { path: file, problem: text.problem }, null));
  }
  const isJson = /\.json$/iu.test(file);
  const parsed = isJson ? parseJson(text) : parseYaml(text);
  return { ok: true, value: { file, text, format: isJson ? 'JSON' : 'YAML', parsed } };
}

function readText(host: ConfigHost, path: string): string | { readonly problem: string } {
  try {
    return host.readText(path) ?? { problem: 'it does not exist any more' };
  } catch (error) {
    return { problem: systemProblem(error) };
  }
}

function fail(reported: Reported): { readonly ok: false; readonly reported: Reported } {
  return { ok: false, reported };
}
