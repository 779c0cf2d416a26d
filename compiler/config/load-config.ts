/**
 * The project's configuration: found, parsed, checked and completed with defaults. Reports all problems in one go, each
 * at its line and column. The result is plain data, so that it can be cached with the file's hash.
 */
import { projectCodes } from '../diagnostics/codes/project.js';
import type { DiagnosticSink, Outcome } from '../diagnostics/diagnostic.js';
import type { SeveritySetting } from '../diagnostics/sink.js';
import type { ProjectPath, Span } from '../ir/span.js';
import { buildConfig, type ConfigPlace, placesOf } from './build-config.js';
import { type ConfigPath, checkConfig } from './check-config.js';
import type { NimbusConfig } from './config.js';
import { type ConfigNode, entryOf, type ParseProblem } from './config-node.js';
import { configSchema } from './config-schema.js';
import { type ConfigHost, type FoundConfig, findConfig, PACKAGE, PACKAGE_KEY } from './find-config.js';

export interface LoadedConfig {
  readonly config: NimbusConfig;
  readonly file: ProjectPath;
  /** The file's text: what its spans refer to. */
  readonly text: string;
  /** Ask `spanOf` and `keySpanOf`. */
  readonly places: Readonly<Record<string, ConfigPlace>>;
}

/** `explicitFile` is absolute or relative to the project folder; with it no other file is looked for. */
export function loadConfig(
  host: ConfigHost,
  projectDir: string,
  explicitFile: string | null,
  sink: DiagnosticSink,
): Outcome<LoadedConfig> {
  const found = findConfig(host, projectDir, explicitFile, sink);
  if (!found.ok) return found;
  const { file, text } = found.value;
  const root = rootOf(found.value, sink);
  if (!root.ok) return root;
  const failed = checkConfig(root.value, configSchema, { file, text, sink });
  if (failed !== null) return { ok: false, reported: failed };
  return { ok: true, value: { config: buildConfig(root.value), file, text, places: placesOf(root.value) } };
}

/** Where a value stands; of a value that is not given, the place of the nearest thing around it. */
export function spanOf(loaded: LoadedConfig, path: ConfigPath): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const place = placeAt(loaded, path.slice(0, length));
    if (place !== undefined) return { file: loaded.file, ...place.value };
  }
  return { file: loaded.file, ...(placeAt(loaded, [])?.value ?? { start: 0, end: 0 }) };
}

/** Where a key stands; null when it is not given. */
export function keySpanOf(loaded: LoadedConfig, path: ConfigPath): Span | null {
  const key = placeAt(loaded, path)?.key ?? null;
  return key === null ? null : { file: loaded.file, ...key };
}

/** "diagnostics" of the configuration for `sink.configure`. */
export function severitySettings(loaded: LoadedConfig): readonly SeveritySetting[] {
  return Object.entries(loaded.config.diagnostics).map(([code, level]) => ({
    code,
    level,
    span: keySpanOf(loaded, ['diagnostics', code]),
  }));
}

function placeAt(loaded: LoadedConfig, path: ConfigPath): ConfigPlace | undefined {
  const key = JSON.stringify(path);
  return Object.hasOwn(loaded.places, key) ? loaded.places[key] : undefined;
}

/** The value that is the configuration, of whatever type it is. */
function rootOf(found: FoundConfig, sink: DiagnosticSink): Outcome<ConfigNode> {
  const { file, parsed, text } = found;
  const reporter = sink.for(projectCodes);
  if (!parsed.ok) return { ok: false, reported: reportParse(found, parsed.problem, sink) };
  const isPackage = file === PACKAGE || file.endsWith(`/${PACKAGE}`);
  const entry = isPackage && parsed.root !== null ? entryOf(parsed.root, PACKAGE_KEY) : undefined;
  const root = isPackage ? (entry?.value ?? null) : parsed.root;
  if (root !== null && !(root.t === 'null' && text.trim() === '')) return { ok: true, value: root };
  const whole = { file, start: 0, end: 0 };
  const reported = isPackage
    ? reporter.report('NIM1021', { path: file, key: PACKAGE_KEY }, whole)
    : reporter.report('NIM1014', { file }, whole);
  return { ok: false, reported };
}

function reportParse({ file, format }: FoundConfig, problem: ParseProblem, sink: DiagnosticSink) {
  const span = { file, ...problem.at };
  const extras = problem.label === '' ? {} : { label: problem.label };
  const reporter = sink.for(projectCodes);
  return problem.why === 'syntax'
    ? reporter.report('NIM1002', { file, format, problem: problem.problem, hint: problem.hint }, span, extras)
    : reporter.report('NIM1017', { file, problem: problem.problem }, span, extras);
}
