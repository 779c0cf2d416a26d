/**
 * What a successful build saw and wrote. While all of it is as it was, the next build has nothing to do: it shows the same
 * table and the same warnings, and loads neither the TypeScript compiler nor CDKTF.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { contentHash } from '../hash.js';
import type { Host } from '../options.js';
import * as paths from '../paths.js';
import type { StageOutput } from '../phases/7-emit/write-output.js';
import type { BuiltStage } from '../results.js';
import type { CacheFolder } from './cache-folder.js';
import { type Question, stillTrue } from './recording-host.js';

/** What is shown again. */
export interface BuildRecord {
  readonly diagnostics: readonly Diagnostic[];
  readonly out: string;
  readonly stages: readonly BuiltStage[];
  /** The lock file, relative to the project: a source of the build and its output. */
  readonly lock: string;
}

interface Stored {
  readonly record: BuildRecord;
  readonly questions: readonly Question[];
  readonly outputs: readonly (readonly [path: string, hash: string, signature: string])[];
}

export function readRecord(folder: CacheFolder, name: string, host: Host, projectDir: string): BuildRecord | null {
  const stored = folder.readJson(name) as Stored | undefined;
  if (stored === undefined) return null;
  const absolute = (path: string): string => paths.join(projectDir, path);
  const ignored = madeByBuild(projectDir, absolute(stored.record.out), stored.record.lock);
  const isSame = ([path, hash]: readonly [string, string]): boolean => {
    const bytes = host.readBytes(absolute(path));
    return bytes !== null && contentHash(bytes) === hash;
  };
  const same =
    stored.questions.every(([ask, path, answer]) => stillTrue(host, [ask, absolute(path), answer], ignored)) &&
    stored.outputs.every(([path, hash, signature]) => host.signature(absolute(path)) === signature || isSame([path, hash]));
  return same ? stored.record : null;
}

/** The output, the lock and the cache appear in folders that were listed before; they are no sources. */
export function madeByBuild(projectDir: string, outDir: string, lock: string): ReadonlySet<string> {
  return new Set([outDir, paths.join(projectDir, lock), paths.join(projectDir, 'node_modules')]);
}

export function writeRecord(
  folder: CacheFolder,
  name: string,
  record: BuildRecord,
  questions: readonly Question[],
  outputs: readonly StageOutput[],
  host: Host,
  outDir: string,
  projectDir: string,
): void {
  const relative = (path: string): string => paths.relative(projectDir, path);
  const written = (path: string, sha256: string): [string, string, string] => [
    relative(path),
    sha256,
    host.signature(path) ?? '',
  ];
  const manifests = outputs.map((o) => paths.join(outDir, o.stage, 'nimbus.manifest.json'));
  const stored: Stored = {
    record,
    questions: questions.map(([ask, path, answer]) => [ask, relative(path), answer]),
    outputs: [
      ...outputs.flatMap((o) => o.files.map((f) => written(paths.join(outDir, o.stage, f.path), f.sha256))),
      ...manifests.map((path) => written(path, contentHash(host.readBytes(path) ?? ''))),
    ],
  };
  folder.writeJson(name, stored);
}
