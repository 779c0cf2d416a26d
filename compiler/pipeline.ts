/**
 * The order of the phases. Read this first: load, read, link, check, plan, bundle, emit, write. `check` stops before plan
 * leaves the compiler's own world; `build` goes on when there is no error. No phase throws for what a user wrote. What a
 * phase does with the others' results is in `run.ts`.
 */
import { buildTable } from './build-table.js';
import { type BuildRecord, madeByBuild, readRecord, writeRecord } from './cache/build-record.js';
import { CacheFolder } from './cache/cache-folder.js';
import { openCache } from './cache/compiler-cache.js';
import { RecordingHost } from './cache/recording-host.js';
import { contentHash } from './hash.js';
import { jsonText } from './ir/json.js';
import type { LocalPlanResult } from './local-plan.js';
import * as paths from './paths.js';
import { startEsbuild } from './phases/6-bundle/start-esbuild.js';
import { type OutputTurn, outputTurn, type StageOutput, writeOutput } from './phases/7-emit/write-output.js';
import type { BuildResult, BuiltStage, CheckResult, CompileOptions, LocalPlanned } from './results.js';
import { Run } from './run.js';

export type { DocumentKind } from './documents/documents.js';
export type { Explanation } from './phases/3-link/explain-graph.js';
export type { BuildResult, BuiltFunction, BuiltStage, CheckResult, CompileOptions, LocalPlanned } from './results.js';
export { catalogueOf } from './run.js';
export { jsonText };

/** Everything up to the plans of the stages: diagnostics and graphs, nothing written. */
export async function check(options: CompileOptions): Promise<CheckResult> {
  const cache = openCache(cacheFolder(options));
  const run = new Run(options, options.host, cache);
  await run.guarded(async () => {
    await run.front();
    await run.guard();
    run.plans();
  });
  if (run.crash === null) cache.save();
  return run.result();
}

export async function build(options: CompileOptions): Promise<BuildResult> {
  const folder = cacheFolder(options);
  const recordName = `build-${contentHash(JSON.stringify([options.stages, options.out, options.configFile])).slice(0, 16)}.json`;
  const known = folder === null ? null : readRecord(folder, recordName, options.host, options.projectDir);
  if (known !== null) return { ...known, failed: false, crash: null, changed: false, texts: projectTexts(options) };

  startEsbuild();
  const cache = openCache(folder);
  const host = new RecordingHost(options.host);
  const run = new Run(options, host, cache);
  let stages: readonly BuiltStage[] = [];
  let outputs: readonly StageOutput[] = [];
  let lock: WrittenLock | null = null;
  await run.guarded(async () => {
    await run.front();
    await run.guard();
    const plans = run.plans();
    if (run.sink.failed) return;
    // Most of bundling happens in esbuild's process; lowering goes on beside it.
    const [bundles, lowered] = await Promise.all([run.bundle(plans), run.lower(plans)]);
    if (bundles === null) return;
    outputs = await run.emit(plans, lowered, bundles);
    if (run.sink.failed) return;
    run.phase = 'write the output';
    const turn = await run.lockTurn();
    if (turn === null) return;
    const output = [options.host, run.outDir, run.out, outputs, options.version, cache.outputs, run.sink] as const;
    let place: OutputTurn | null = null;
    try {
      place = await outputTurn(...output);
      // From here on without a pause, so that an interruption comes before all of it or after.
      if (place === null || !writeOutput(...output)) return;
      // Last: until it is written, the next build compares with the same lock again, and does the same.
      const text = turn.write();
      if (text !== null) lock = { path: run.lockPath, text };
    } finally {
      place?.end();
      turn.end();
    }
    if (lock !== null) stages = buildTable(plans, bundles);
  });
  if (run.damagedCache) return build({ ...options, toolId: null });
  const result = run.result();
  if (run.crash === null) cache.save();
  // What the guard said is about this build and the one before; the next one compares with this one, and says nothing.
  if (folder !== null && !result.failed && lock !== null && !run.guardSpoke) {
    const { path, text } = lock as WrittenLock;
    const record: BuildRecord = { diagnostics: result.diagnostics, out: run.out, stages, lock: run.lockFile };
    host.wrote(path, text);
    writeRecord(
      folder,
      recordName,
      record,
      host.recorded(madeByBuild(options.projectDir, run.outDir, run.lockFile), run.outDir),
      outputs,
      options.host,
      run.outDir,
      options.projectDir,
    );
  }
  const { diagnostics, failed, crash, texts } = result;
  return { diagnostics, failed, crash, texts, out: run.out, stages, changed: true };
}

interface WrittenLock {
  readonly path: string;
  readonly text: string;
}

/** What the local cloud runs the stages by. Like `check`, it writes nothing but the cache. */
export async function localPlan(options: CompileOptions & { readonly runtimeUrl: string }): Promise<LocalPlanned> {
  const cache = openCache(cacheFolder(options));
  const run = new Run(options, options.host, cache);
  let local: Pick<LocalPlanResult, 'plans' | 'classes'> = { plans: [], classes: { problem: 'the project has errors' } };
  await run.guarded(async () => {
    await run.front();
    const plans = run.plans();
    if (!run.sink.failed) local = await run.local(plans, options.runtimeUrl);
  });
  if (run.crash === null) cache.save();
  return { ...run.result(), ...local };
}

export function cacheFolder(options: CompileOptions): CacheFolder | null {
  if (options.toolId === null) return null;
  return new CacheFolder(options.host, paths.join(options.projectDir, 'node_modules', '.cache', 'nimbusc'), options.toolId);
}

function projectTexts(options: CompileOptions): (file: string) => string | null {
  return (file) => options.host.readText(paths.join(options.projectDir, file));
}
