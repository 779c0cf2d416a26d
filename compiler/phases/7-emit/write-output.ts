/**
 * In: all files of all stages. Out: the output folder holds them, and exactly them besides what others put there.
 * Everything is written beside first; then folders and files are exchanged by renames, which a journal lets the next build
 * finish should this one be killed between two of them.
 */
import { outputCodes } from '../../diagnostics/codes/output.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { contentHash } from '../../hash.js';
import { compareText } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';
import { takeTurn } from '../../turn.js';

export interface StageOutput {
  readonly stage: string;
  /** Paths are relative to the stage's folder, with forward slashes. */
  readonly files: readonly OutputFile[];
}

export interface OutputFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Asked for only when the file is not there already. */
  readonly content: () => string | Uint8Array;
}

/** What former runs know about files that they wrote, so that unchanged ones need not be read again. */
export interface OutputMemory {
  isIntact(path: string, sha256: string, signature: string): boolean;
  remember(path: string, sha256: string, signature: string): void;
  /** Files that had this content when they were written. */
  withHash(sha256: string): readonly { readonly path: string; readonly signature: string }[];
}

interface Manifest {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

export const MANIFEST = 'nimbus.manifest.json';
const TEMPORARY = '.nimbusc-tmp-';
const JOURNAL = 'journal.json';
const TURN = `${TEMPORARY}turn`;

/** One exchange: `from` takes the place of `to`; what was there moves to `old`. Both are relative to the output folder. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly old: string;
}

/** A turn at an output folder; `end` has to be called, whatever happens. */
export interface OutputTurn {
  end(): void;
}

/**
 * Waits until no other build changes the output folder, unless it holds the stages already; null when it was reported why the
 * folder cannot be written.
 */
export async function outputTurn(
  host: Host,
  outDir: string,
  shownDir: string,
  stages: readonly StageOutput[],
  version: string,
  memory: OutputMemory,
  sink: DiagnosticSink,
): Promise<OutputTurn | null> {
  const isThere = (stage: StageOutput): boolean => {
    const target = paths.join(outDir, stage.stage);
    // It differs in all but damaged outputs, which spares a look at every file.
    if (host.readText(paths.join(target, MANIFEST)) !== manifestFile(stage, version).content()) return false;
    const { changed, stale } = differences(host, target, stage, version, memory);
    return changed.length + stale.length === 0;
  };
  const isClean = !(host.list(outDir) ?? []).some(({ name }) => name.startsWith(TEMPORARY));
  if (isClean && stages.every(isThere)) return { end: () => {} };
  const temporary = temporaryFolder(host, outDir);
  const turn = paths.join(outDir, TURN);
  try {
    host.makeFolder(temporary);
    await takeTurn(host, paths.join(temporary, 'turn'), turn);
    return { end: () => removeQuietly(host, turn) };
  } catch (error) {
    reportFailure(error as NodeJS.ErrnoException, host, outDir, shownDir, sink);
    removeTemporary(host, temporary);
    return null;
  }
}

/** Without a pause, so that an interruption comes before all of it or after. Whoever calls it has the turn at the folder. */
export function writeOutput(
  host: Host,
  outDir: string,
  shownDir: string,
  stages: readonly StageOutput[],
  version: string,
  memory: OutputMemory,
  sink: DiagnosticSink,
): boolean {
  const temporary = temporaryFolder(host, outDir);
  try {
    host.makeFolder(outDir);
    finishInterrupted(host, outDir);
    const steps = stages.flatMap((stage) => prepareStage(host, outDir, temporary, stage, version, memory));
    if (steps.length > 0) commit(host, outDir, temporary, steps);
    remember(host, outDir, stages, memory);
    return true;
  } catch (error) {
    reportFailure(error as NodeJS.ErrnoException, host, outDir, shownDir, sink);
    return false;
  } finally {
    removeTemporary(host, temporary);
  }
}

function temporaryFolder(host: Host, outDir: string): string {
  return paths.join(outDir, `${TEMPORARY}${host.processId}`);
}

/** With a journal in it the folder is all that is left of some files. */
function removeTemporary(host: Host, temporary: string): void {
  if (host.kind(paths.join(temporary, JOURNAL)) === null) removeQuietly(host, temporary);
}

function reportFailure(error: NodeJS.ErrnoException, host: Host, outDir: string, shownDir: string, sink: DiagnosticSink): void {
  const codes = sink.for(outputCodes);
  const { code, message, path } = error;
  if (code === undefined) throw error;
  if (host.kind(outDir) === 'file') {
    codes.report('NIM5001', { path: shownDir }, null);
    return;
  }
  const within = path === undefined ? '' : paths.relative(outDir, path).replace(/^\.nimbusc-tmp-\d+(\/(new|old|turn))?\/?/, '');
  const where = within === '' ? shownDir : paths.normalise(`${shownDir}/${within}`);
  if (code === 'ENOSPC' || code === 'EDQUOT') codes.report('NIM5003', { path: where }, null);
  else if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST') codes.report('NIM5005', { path: where }, null);
  else codes.report('NIM5002', { path: where, problem: reasonOf(code, message) }, null);
}

/** What a former run has written and nobody has touched since: the zips of unchanged functions need no second store. */
export function writtenFiles(
  host: Host,
  outDir: string,
  memory: OutputMemory,
): { has(sha256: string): boolean; read(sha256: string): Uint8Array | null } {
  const find = (sha256: string): string | null => {
    const found = memory.withHash(sha256).find(({ path, signature }) => host.signature(paths.join(outDir, path)) === signature);
    return found === undefined ? null : paths.join(outDir, found.path);
  };
  return {
    has: (sha256) => find(sha256) !== null,
    read: (sha256) => {
      const path = find(sha256);
      const bytes = path === null ? null : host.readBytes(path);
      return bytes !== null && contentHash(bytes) === sha256 ? bytes : null;
    },
  };
}

interface Differences {
  /** What the former build wrote, by path, with its hash. */
  readonly known: ReadonlyMap<string, string>;
  /** What this build writes, in order. */
  readonly files: readonly OutputFile[];
  readonly changed: readonly OutputFile[];
  /** Paths of what the former build wrote, and this one does not. */
  readonly stale: readonly string[];
}

function differences(host: Host, target: string, output: StageOutput, version: string, memory: OutputMemory): Differences {
  const before = readManifest(host, target);
  const known = new Map(before.files.map((f) => [f.path, f.sha256]));
  const files = [...output.files, manifestFile(output, version)].sort((a, b) => compareText(a.path, b.path));
  const names = new Set(files.map(({ path }) => path));
  const kept = (file: OutputFile): boolean =>
    known.get(file.path) === file.sha256 &&
    isIntact(host, paths.join(target, file.path), `${output.stage}/${file.path}`, file.sha256, memory);
  const stale = before.files.filter(({ path }) => !names.has(path)).map(({ path }) => path);
  const changed = files.filter((f) =>
    f.path === MANIFEST ? host.readText(paths.join(target, MANIFEST)) !== f.content() : !kept(f),
  );
  return { known, files, changed, stale };
}

/** Writes the stage beside its folder; gives the exchanges that put it there, none when nothing changed. */
function prepareStage(
  host: Host,
  outDir: string,
  temporary: string,
  output: StageOutput,
  version: string,
  memory: OutputMemory,
): Step[] {
  const target = paths.join(outDir, output.stage);
  const { known, files, changed, stale } = differences(host, target, output, version, memory);
  if (changed.length === 0 && stale.length === 0) return [];
  // Without any manifest nobody knows whose files these are, and what is not known to be ours is not replaced.
  const unknown = host.kind(paths.join(target, MANIFEST)) === null;
  const taken = unknown ? changed.find(({ path }) => host.kind(paths.join(target, path)) !== null) : undefined;
  if (taken !== undefined)
    throw Object.assign(new Error('not written by nimbusc'), { code: 'EEXIST', path: paths.join(target, taken.path) });

  const fresh = paths.join(temporary, 'new', output.stage);
  // A folder of ours is exchanged as a whole; what others put into it is then moved into the new one.
  const units = new Map<string, OutputFile[]>();
  for (const file of files) {
    const unit = file.path.split('/')[0] as string;
    units.set(unit, [...(units.get(unit) ?? []), file]);
  }
  const steps: Step[] = [];
  for (const [unit, members] of [...units].sort(([a], [b]) => unitOrder(a) - unitOrder(b) || compareText(a, b))) {
    const isFolder = members[0]?.path !== unit;
    const touched = members.some((m) => changed.includes(m)) || stale.some((s) => s.startsWith(`${unit}/`));
    if (!touched) continue;
    for (const file of members) {
      const to = paths.join(fresh, file.path);
      host.makeFolder(paths.dirname(to));
      if (changed.includes(file)) host.write(to, file.content());
      else host.link(paths.join(target, file.path), to);
    }
    steps.push({
      from: relativeTo(outDir, paths.join(fresh, unit)),
      to: `${output.stage}/${unit}`,
      old: relativeTo(outDir, paths.join(temporary, 'old', output.stage, unit)),
    });
    if (isFolder) steps.push(...foreignSteps(host, outDir, temporary, output.stage, unit, known));
  }
  // Folders and files of a former build that this one has no more.
  const gone = new Set(stale.map((path) => path.split('/')[0] as string).filter((unit) => !units.has(unit)));
  for (const unit of [...gone].sort(compareText)) {
    const isFolder = stale.some((path) => path.startsWith(`${unit}/`));
    const foreign = isFolder ? foreignSteps(host, outDir, temporary, output.stage, unit, known) : [];
    steps.push({
      from: foreign.length === 0 ? '' : relativeTo(outDir, paths.join(fresh, unit)),
      to: `${output.stage}/${unit}`,
      old: relativeTo(outDir, paths.join(temporary, 'old', output.stage, unit)),
    });
    steps.push(...foreign);
  }
  return steps;
}

/** The manifest last: until it is there, the folder counts as the former build's. */
function unitOrder(unit: string): number {
  return unit === MANIFEST ? 2 : unit.includes('.') ? 1 : 0;
}

function commit(host: Host, outDir: string, temporary: string, steps: readonly Step[]): void {
  for (const { to } of steps) {
    const taken = host.kind(paths.join(outDir, to.split('/')[0] as string));
    if (taken === 'file')
      throw Object.assign(new Error('a file is in the way'), {
        code: 'EEXIST',
        path: paths.join(outDir, to.split('/')[0] as string),
      });
    host.makeFolder(paths.dirname(paths.join(outDir, to)));
  }
  for (const { old } of steps) host.makeFolder(paths.dirname(paths.join(outDir, old)));
  const journal = paths.join(temporary, JOURNAL);
  host.write(`${journal}.new`, JSON.stringify(steps));
  host.rename(`${journal}.new`, journal);
  const begun: Step[] = [];
  try {
    for (const step of steps) {
      begun.unshift(step);
      exchange(host, outDir, step);
    }
  } catch (error) {
    // Should this fail too, the journal stays, and the next build goes on from it.
    for (const step of begun) takeBack(host, outDir, step);
    removeQuietly(host, journal);
    throw error;
  }
  removeQuietly(host, journal);
}

/** Undoes an exchange as far as it was done. */
function takeBack(host: Host, outDir: string, { from, to, old }: Step): void {
  const [fresh, target, before] = [paths.join(outDir, from), paths.join(outDir, to), paths.join(outDir, old)];
  if (from !== '' && host.kind(fresh) === null) host.rename(target, fresh);
  if (host.kind(before) !== null) host.rename(before, target);
}

function exchange(host: Host, outDir: string, { from, to, old }: Step): void {
  const target = paths.join(outDir, to);
  if (host.kind(target) !== null) host.rename(target, paths.join(outDir, old));
  if (from !== '') host.rename(paths.join(outDir, from), target);
}

/** A build that was killed in the middle of its exchanges left a journal: what it had begun is brought to its end. */
function finishInterrupted(host: Host, outDir: string): void {
  for (const { name } of [...(host.list(outDir) ?? [])].sort((a, b) => compareText(a.name, b.name))) {
    const suffix = name.slice(TEMPORARY.length);
    if (!name.startsWith(TEMPORARY) || !/^\d+$/.test(suffix)) continue;
    const owner = Number(suffix);
    if (owner !== host.processId && host.isProcessAlive(owner)) continue;
    const folder = paths.join(outDir, name);
    const journal = paths.join(folder, JOURNAL);
    for (const step of JSON.parse(host.readText(journal) ?? '[]') as Step[]) {
      const pending =
        step.from === '' ? host.kind(paths.join(outDir, step.old)) === null : host.kind(paths.join(outDir, step.from)) !== null;
      if (pending) exchange(host, outDir, step);
    }
    // First, because a folder that is half removed must not be gone on from.
    host.remove(journal);
    host.remove(folder);
  }
}

/** What others have put into a folder of ours, links and empty folders included: moved out of the old one as it is. */
function foreignSteps(
  host: Host,
  outDir: string,
  temporary: string,
  stage: string,
  unit: string,
  ours: ReadonlyMap<string, string>,
): Step[] {
  const steps: Step[] = [];
  const visit = (folder: string): void => {
    for (const { name, kind } of [...(host.list(paths.join(outDir, stage, folder)) ?? [])].sort((a, b) =>
      compareText(a.name, b.name),
    )) {
      const path = `${folder}/${name}`;
      if (ours.has(path)) continue;
      const holdsOurs = kind === 'folder' && [...ours.keys()].some((file) => file.startsWith(`${path}/`));
      if (holdsOurs) visit(path);
      else {
        // Now, because later on all is done by renames, which need no space and can be taken back.
        host.makeFolder(paths.join(temporary, 'new', stage, folder));
        const from = relativeTo(outDir, paths.join(temporary, 'old', stage, path));
        steps.push({ from, to: `${stage}/${path}`, old: relativeTo(outDir, paths.join(temporary, 'replaced', stage, path)) });
      }
    }
  };
  visit(unit);
  return steps;
}

function readManifest(host: Host, target: string): Manifest {
  const text = host.readText(paths.join(target, MANIFEST));
  if (text === null) return { files: [] };
  try {
    const parsed = JSON.parse(text) as Partial<Manifest>;
    const files = Array.isArray(parsed.files) ? parsed.files : [];
    // Only what a build of ours could have written: never a path that leads out of the folder.
    return {
      files: files.filter((f) => typeof f.path === 'string' && !f.path.split('/').includes('..') && !f.path.startsWith('/')),
    };
  } catch {
    return { files: [] };
  }
}

function manifestFile(output: StageOutput, version: string): OutputFile {
  const files = [...output.files]
    .sort((a, b) => compareText(a.path, b.path))
    .map(({ path, sha256, bytes }) => ({ bytes, path, sha256 }));
  const text = `${JSON.stringify({ files, nimbusc: version, schemaVersion: 1, stage: output.stage }, null, 2)}\n`;
  return { path: MANIFEST, sha256: contentHash(text), bytes: new TextEncoder().encode(text).length, content: () => text };
}

function remember(host: Host, outDir: string, stages: readonly StageOutput[], memory: OutputMemory): void {
  for (const { stage, files } of stages) {
    for (const { path, sha256 } of files) {
      const signature = host.signature(paths.join(outDir, stage, path));
      if (signature !== null) memory.remember(`${stage}/${path}`, sha256, signature);
    }
  }
}

function isIntact(host: Host, path: string, name: string, sha256: string, memory: OutputMemory): boolean {
  const signature = host.signature(path);
  if (signature === null) return false;
  if (memory.isIntact(name, sha256, signature)) return true;
  const bytes = host.readBytes(path);
  return bytes !== null && contentHash(bytes) === sha256;
}

function removeQuietly(host: Host, path: string): void {
  try {
    host.remove(path);
  } catch {
    // What could not be removed now is removed by the next build.
  }
}

function relativeTo(outDir: string, path: string): string {
  return paths.relative(outDir, path);
}

function reasonOf(code: string, message: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENAMETOOLONG':
      return 'the name is too long for this file system';
    case 'ELOOP':
      return 'too many symbolic links';
    default:
      return message.replace(/^[A-Z]+: /, '').replace(/, .*$/, '');
  }
}
