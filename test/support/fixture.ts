/**
 * One folder of `test/fixtures`: what it asks for, what it expects, and what the compiler makes of it.
 *
 *   nimbus.yml, src/, tsconfig.json   the project; copied to a temporary folder, so that runs share nothing
 *   case.json                         optional, see `CaseSettings`
 *   expected/                         diagnostics.txt, graph-<stage>.json, <stage>.tf.json, openapi-<stage>.json,
 *                                     asyncapi-<stage>.json, schemas-<stage>.json, client-<stage>.ts
 *
 * A line that a diagnostic points at ends in a marker: `//~ NIM1301` (`#~` in YAML); `//~^` stands below its line.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost } from '../../bin/node-host.js';
import { renderText } from '../../compiler/diagnostics/render-text.js';
import { createLineMap } from '../../compiler/ir/line-map.js';
import type { Span } from '../../compiler/ir/span.js';
import type { Host } from '../../compiler/options.js';
import { type BuildResult, build, type CheckResult, catalogueOf, check, jsonText } from '../../compiler/pipeline.js';
import { filesIn } from './golden.js';
import { repositoryRoot } from './repository.js';
import { optionsFor, type TempProject, tempProject } from './temp-project.js';

export const fixturesFolder = join(repositoryRoot, 'test', 'fixtures');

export type Tier = 'graph' | 'terraform' | 'documents';

export interface CaseSettings {
  /** What is compared beside diagnostics. */
  readonly tiers: readonly Tier[];
  /** Nothing is compared: it is all that the case has to show that nothing is reported. */
  readonly silent: boolean;
  /** By default `check`; `build` when Terraform is compared. */
  readonly command: 'check' | 'build';
  /** As on the command line: --stage, --config, --out, and --project relative to the case. */
  readonly stages: readonly string[];
  readonly config: string | null;
  readonly out: string | null;
  readonly project: string | null;
  /** Codes of diagnostics that point at no file. */
  readonly withoutPlace: readonly string[];
  /** Codes by `file:line`, for files that cannot have comments. */
  readonly marks: Readonly<Record<string, readonly string[]>>;
  /** Symbolic links to be made, from path to target. */
  readonly links: Readonly<Record<string, string>>;
  /** Empty folders to be made. */
  readonly folders: readonly string[];
  /** Further files: those whose names or bytes a repository had better not contain. */
  readonly files: Readonly<Record<string, string>>;
  /** What an operation of the file system fails with: a code such as ENOSPC, or else the message of an error of ours. */
  readonly faults: Readonly<Partial<Record<'list' | 'write' | 'makeFolder', string>>>;
}

const DEFAULTS: CaseSettings = {
  tiers: [],
  silent: false,
  command: 'check',
  stages: [],
  config: null,
  out: null,
  project: null,
  withoutPlace: [],
  marks: {},
  links: {},
  folders: [],
  files: {},
  faults: {},
};

export interface FixtureCase {
  /** `http-api/err-route-twice` */
  readonly name: string;
  readonly folder: string;
  readonly settings: CaseSettings;
  /** Paths of the project's files in the fixture. */
  readonly sources: readonly string[];
  /** `src/chat.ts:14 NIM1301`, sorted; ` NIM1001` without a place. */
  readonly marks: readonly string[];
}

/** Every folder two levels down; what is wrong with one shows in its own test. */
export function findCases(root: string = fixturesFolder): readonly FixtureCase[] {
  return folders(root).flatMap((kind) =>
    folders(join(root, kind)).map((name) => readCase(`${kind}/${name}`, join(root, kind, name))),
  );
}

export function folders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function readCase(name: string, folder: string): FixtureCase {
  const file = join(folder, 'case.json');
  const given = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<CaseSettings>) : {};
  const unknown = Object.keys(given).filter((key) => !(key in DEFAULTS));
  if (unknown.length > 0) throw new Error(`${name}/case.json has the unknown key ${unknown.join(', ')}`);
  const command = given.tiers?.includes('terraform') ? 'build' : 'check';
  const settings = { ...DEFAULTS, command, ...given } as CaseSettings;
  const sources = filesIn(folder).filter((path) => path !== 'case.json' && !path.startsWith('expected/'));
  return { name, folder, settings, sources, marks: marksOf(folder, sources, settings) };
}

const MARKER = /(?:\/\/|#)~(\^?) ?((?:NIM\d{4} ?)+)\s*$/;

function marksOf(folder: string, sources: readonly string[], settings: CaseSettings): readonly string[] {
  const texts = new Map(sources.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  for (const [path, text] of Object.entries(settings.files)) texts.set(path, text);
  const inFiles = [...texts].flatMap(([path, content]) =>
    content.split(/\r\n|\r|\n/).flatMap((text, index) => {
      const [, above = '', codes = ''] = MARKER.exec(text) ?? [];
      const line = index + 1 - above.length;
      return codes === ''
        ? []
        : codes
            .trim()
            .split(' ')
            .map((code) => `${path}:${line} ${code}`);
    }),
  );
  const inSettings = Object.entries(settings.marks).flatMap(([place, codes]) => codes.map((code) => `${place} ${code}`));
  return [...inFiles, ...inSettings, ...settings.withoutPlace.map((code) => ` ${code}`)].sort();
}

/** A case's own TypeScript, as far as the type checker is concerned. */
export interface TypedCase {
  readonly files: Readonly<Record<string, string>>;
  readonly legacyDecorators: boolean;
}

export function typedCase({ folder, sources, settings }: FixtureCase): TypedCase {
  const files = Object.fromEntries(sources.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  return {
    files: { ...files, ...settings.files },
    legacyDecorators: (files['tsconfig.json'] ?? '').includes('"experimentalDecorators": true'),
  };
}

/** What one compilation of a case gives; texts in which the project's folder is written `<project>`. */
export interface Outcome {
  readonly failed: boolean;
  readonly files: ReadonlyMap<string, string>;
  /** As the marks of a case. */
  readonly places: readonly string[];
  /** Places outside of their files, or that underline nothing. */
  readonly badSpans: readonly string[];
  /** The graph of each stage, whatever the tiers. */
  readonly graphs: ReadonlyMap<string, string>;
  /** The documents about the APIs of each stage, whatever the tiers: `openapi-dev.json`. */
  readonly documents: ReadonlyMap<string, string>;
  /** What the run left in the project folder beside the sources: path and hash or content. */
  readonly written: readonly string[];
}

export interface Circumstances {
  /** Folders between the temporary folder and the project. */
  readonly below: string;
  /** Whether folders are listed in the reverse of the alphabet. */
  readonly reversed: boolean;
}

export async function compile(fixture: FixtureCase, { below, reversed }: Circumstances): Promise<Outcome> {
  const { settings } = fixture;
  const project = tempProject({}, below);
  try {
    project.removeFile('nimbus.yml');
    project.write(Object.fromEntries(fixture.sources.map((path) => [path, readFileSync(join(fixture.folder, path))])));
    project.write(settings.files);
    for (const [from, to] of Object.entries(settings.links)) project.link(from, to);
    for (const path of settings.folders) project.makeFolder(path);
    const options = {
      ...optionsFor(settings.project === null ? project.dir : join(project.dir, settings.project)),
      host: hostOf(settings, reversed),
      stages: settings.stages,
      configFile: settings.config === null ? null : join(project.dir, settings.config),
      out: settings.out,
    };
    const before = new Set(filesIn(project.dir));
    const result = settings.command === 'build' ? await build(options) : await check(options);
    return await outcomeOf(fixture, project, before, result, catalogueOf(options.provider));
  } finally {
    project.remove();
  }
}

async function outcomeOf(
  { settings }: FixtureCase,
  project: TempProject,
  before: ReadonlySet<string>,
  result: CheckResult | BuildResult,
  catalogue: ReturnType<typeof catalogueOf>,
): Promise<Outcome> {
  const { diagnostics, texts } = result;
  const files = new Map<string, string>();
  if (diagnostics.length > 0) {
    const text = renderText(diagnostics, { texts, toolVersion: '0.0.0', catalogue, color: false, width: 100 });
    files.set('diagnostics.txt', text.replaceAll(project.dir, '<project>'));
  }
  const written = filesIn(project.dir).filter((path) => !before.has(path));
  /** By stage: the file of this name in each stage's folder of the output. */
  const output = (name: string): Map<string, string> =>
    new Map(
      written
        .filter((path) => path.endsWith(`/${name}`))
        .map((path) => [path.split('/').at(-2) as string, readFileSync(join(project.dir, path), 'utf8')]),
    );
  const documentsIn = (kind: string): [string, string][] =>
    [...output(`${kind}.json`)].map(([stage, text]) => [`${kind}-${stage}.json`, text]);
  const graphs =
    'graphs' in result ? new Map(result.graphs.map((graph) => [graph.stage, jsonText(graph)])) : output('graph.json');
  if (!result.failed && settings.tiers.includes('graph')) {
    for (const [stage, text] of graphs) files.set(`graph-${stage}.json`, text);
  }
  const documents =
    'graphs' in result ? await documentsOf(result) : new Map(['openapi', 'asyncapi', 'schemas'].flatMap(documentsIn));
  if (!result.failed && settings.tiers.includes('documents')) {
    for (const [name, text] of documents) files.set(name, text);
  }
  if (settings.tiers.includes('terraform')) {
    for (const [stage, text] of output('cdk.tf.json')) files.set(`${stage}.tf.json`, withoutHashes(text));
  }
  const manifests = [...output('nimbus.manifest.json').values()];
  const spans = diagnostics.flatMap((d) => [...(d.primary === null ? [] : [d.primary]), ...d.related].map((label) => label.span));
  return {
    failed: result.failed,
    files,
    places: diagnostics.map((d) => `${d.primary === null ? '' : placeOf(d.primary.span, texts)} ${d.code}`).sort(),
    badSpans: spans.filter((span) => !isInside(span, texts)).map((span) => JSON.stringify(span)),
    graphs,
    documents,
    written: [...written, ...manifests],
  };
}

async function documentsOf({ graphs, document }: CheckResult): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { stage } of graphs) {
    for (const kind of ['openapi', 'asyncapi', 'schemas', 'client'] as const) {
      const text = await document(kind, stage);
      if (text !== null) found.set(`${kind}-${stage}.${kind === 'client' ? 'ts' : 'json'}`, text);
    }
  }
  return found;
}

function placeOf(span: Span, texts: CheckResult['texts']): string {
  return `${span.file}:${createLineMap(texts(span.file) ?? '').positionAt(span.start).line}`;
}

/** An empty range only makes sense at the start of a file, where something is missing. */
function isInside({ file, start, end }: Span, texts: CheckResult['texts']): boolean {
  const text = texts(file);
  return text !== null && start >= 0 && end <= text.length && (start < end || start === 0);
}

/**
 * The hashes of zips, and that of everything deployed: they change with every change of nimbusc's own runtime, which is
 * none of the lowering. That they are the same in both compilations is compared all the same, in the manifests.
 */
function withoutHashes(terraform: string): string {
  return terraform
    .replace(/("source_code_hash": )"[A-Za-z0-9+/]{43}="/g, '$1"<hash of the zip>"')
    .replace(/("deployed": )"[0-9a-f]{64}"/g, '$1"<hash of what is deployed>"');
}

function hostOf({ faults }: CaseSettings, reversed: boolean): Host {
  const fail = (operation: keyof typeof faults): void => {
    const fault = faults[operation];
    if (fault === undefined) return;
    throw /^E[A-Z]+$/.test(fault)
      ? Object.assign(new Error(`${fault}: as the case wants it`), { code: fault })
      : new Error(fault);
  };
  return {
    ...nodeHost,
    list(path) {
      fail('list');
      const entries = nodeHost.list(path);
      if (entries === null) return null;
      const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
      return reversed ? sorted.reverse() : sorted;
    },
    write(path, content) {
      fail('write');
      nodeHost.write(path, content);
    },
    makeFolder(path) {
      fail('makeFolder');
      nodeHost.makeFolder(path);
    },
  };
}
