/**
 * `nimbusc diff`: the review of a plan, from two states of the source alone. Both are compiled like a build that writes
 * nothing; nothing of either is executed. Only functions whose code may differ are bundled.
 */

import {
  type CompiledModules,
  cacheOf,
  compileModules,
  type ModulesResult,
  type StageFacts,
  type StageModule,
  type StageZip,
} from './compile-modules.js';
import type { NimbusConfig } from './config/config.js';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import { compareText } from './ir/span.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import type { CompileOptions } from './results.js';
import { judge, type Verdict } from './review/gate.js';
import { categories, type Finding, type FunctionChange, type Review } from './review/model.js';
import { changedPackages, type PackageChange } from './review/packages.js';
import type { ModuleFacts } from './review/plan.js';
import { gateOf, type ReviewSettings } from './review-plan.js';
import type { PlacedShapeChange } from './run.js';

export interface DiffResult {
  /** By stage. Empty when one side has errors. */
  readonly verdicts: readonly Verdict[];
  /** The side with errors, or the latter one with what else was found. */
  readonly side: 'before' | 'after';
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  readonly crash: ModulesResult['crash'];
  readonly texts: ModulesResult['texts'];
}

export interface DiffSettings extends ReviewSettings {
  /** Bundles all functions, for the sizes of their zips. */
  readonly sizes: boolean;
}

/** `before` is null when the project did not exist. The configuration of the latter state says what fails the review. */
export async function diff(before: CompileOptions | null, after: CompileOptions, settings: DiffSettings): Promise<DiffResult> {
  // The former state first: what the latter has in common with it is not compiled again.
  const cache = cacheOf(after);
  const compiled = {
    before: before === null ? null : await compileModules(withoutUnknownStages(before), cache),
    after: await compileModules(withoutUnknownStages(after), cache),
  };
  const packages = before === null ? [] : changedPackages(lockOf(before), lockOf(after));
  // Both sides are bundled with what is installed in their folder: in one folder that is the same, unless it should be another.
  const samePackages = before?.projectDir === after.projectDir && packages.length === 0;
  // What the former state had installed and the latter has not is no reason to say nothing: its function is another now.
  const isMissing = (stage: string, fn: string): boolean =>
    compiled.before?.stages.find((one) => one.stage === stage)?.functions.get(fn)?.missing ?? false;
  const isWanted = settings.sizes ? () => true : toBundle(compiled, samePackages);
  const isShared = settings.sizes || !samePackages;
  const first = compiled.before?.finish((stage, fn) => isWanted(stage, fn) && !isMissing(stage, fn)) ?? Promise.resolve(null);
  // What has to be bundled is mostly another on each side; else one side waits for what the other leaves in the cache.
  if (isShared) await first;
  const [former, now] = await Promise.all([first, compiled.after.finish(isWanted)]);
  if (former?.failed) return { ...former, verdicts: [], side: 'before' };
  if (now.failed || now.config === null) return { ...now, verdicts: [], side: 'after' };
  cache.save();
  const all = new Set([...(former?.stages ?? []), ...now.stages].map(({ stage }) => stage));
  const wanted = [...all].filter((stage) => after.stages.length === 0 || after.stages.includes(stage)).sort(compareText);
  const verdicts: Verdict[] = [];
  for (const stage of wanted) {
    const sides = {
      before: former?.stages.find((one) => one.stage === stage),
      after: now.stages.find((one) => one.stage === stage),
    };
    const review = await reviewStage(stage, sides, packages, after);
    const stored = await compiled.after.shapeChanges(compiled.before?.locked ?? {}, stage);
    verdicts.push(judge(withStored(review, stored, now.config), gateOf(now.config, settings)));
  }
  return { ...now, verdicts, side: 'after' };
}

/**
 * The functions whose code may differ. Facts that are equal prove that bundles are; facts that differ prove nothing, since much
 * of what a function imports is shaken off its bundle.
 */
function toBundle(
  { before, after }: { readonly before: CompiledModules | null; readonly after: CompiledModules },
  samePackages: boolean,
): (stage: string, fn: string) => boolean {
  const former = new Map(before?.stages.map((one) => [one.stage, one]));
  const wanted = new Map(after.stages.map((now) => [now.stage, toBundleOf(former.get(now.stage), now, samePackages)]));
  return (stage, fn) => wanted.get(stage)?.has(fn) ?? false;
}

function toBundleOf(before: StageFacts | undefined, after: StageFacts, samePackages: boolean): ReadonlySet<string> {
  if (before === undefined) return new Set();
  const [former, now] = [before.functions, after.functions];
  const isOther = (fn: string): boolean => {
    const [old, one] = [former.get(fn), now.get(fn)];
    if (old === undefined || one === undefined) return false;
    return old.hash !== one.hash || !(old.complete && one.complete) || (one.packages && !samePackages);
  };
  const gone = [...former.keys()].filter((fn) => !now.has(fn));
  const added = [...now.keys()].filter((fn) => !former.has(fn));
  // One of the new ones may be one of those that are gone under another name, with the same code.
  const renamed = gone.length > 0 && added.length > 0 ? [...gone, ...added] : [];
  return new Set([...[...now.keys()].filter(isOther), ...renamed]);
}

/** A stage may be new, or gone: then only one of the two has it, and that is no mistake. */
function withoutUnknownStages(options: CompileOptions): CompileOptions {
  return { ...options, stages: [] };
}

interface Sides {
  readonly before: StageModule | undefined;
  readonly after: StageModule | undefined;
}

async function reviewStage(
  stage: string,
  { before, after }: Sides,
  packages: readonly PackageChange[],
  { provider }: CompileOptions,
): Promise<Review> {
  const causes = causesOf(before, after, packages);
  const touched = new Set([...causes].filter(([, list]) => list.some(({ kind }) => kind === 'dependency')).map(([name]) => name));
  const plan = await provider.compare(factsOf(before, null), factsOf(after, { zips: touched }));
  const review = await provider.review(plan, () => ({ graph: after?.graph ?? null, zips: null }), stage);
  return {
    ...review,
    project: review.project ?? before?.graph.project ?? null,
    functions: review.functions.map((fn) => (fn.reasons.includes('code') ? { ...fn, causes: causes.get(fn.name) ?? [] } : fn)),
    notes: [...review.notes, ...(packages.length === 0 ? [] : [packagesInWords(packages)])],
  };
}

/** With what becomes of stored items, which no plan knows: Terraform has nothing of what is in a table. */
function withStored(review: Review, stored: readonly PlacedShapeChange[], { diagnostics }: NimbusConfig): Review {
  const findings = stored
    .filter(({ code }) => diagnostics[code] !== 'off')
    .map(
      ({ address, store, slug, message, hint, place }): Finding => ({
        rule: `stored-data/${slug.replace(/^stored-/u, '')}`,
        category: 'stored-data',
        level: 'warning',
        address,
        subject: store,
        message: `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`,
        notes: [hint],
        source: { file: place.file, line: place.line, side: 'after' },
        because: [],
        foreign: false,
        approved: null,
      }),
    );
  // The others stay in the order that they have.
  const rank = ({ category }: Finding): number => categories.indexOf(category);
  return { ...review, findings: [...review.findings, ...findings].sort((a, b) => rank(a) - rank(b)) };
}

/** Both sides are bundled with the packages that are installed now, so a new version shows in no zip: it is told apart. */
function factsOf(stage: StageModule | undefined, touched: { readonly zips: ReadonlySet<string> } | null): ModuleFacts | null {
  if (stage === undefined) return null;
  const bytes = new Map(stage.zips.flatMap(({ path, bundle }) => (bundle === null ? [] : [[path, bundle.packedBytes] as const])));
  const zips = stage.zips.filter((zip) => touched?.zips.has(zip.function)).map(({ path }) => path);
  return { text: stage.module, bytes, otherCode: new Set(zips) };
}

function causesOf(
  before: StageModule | undefined,
  after: StageModule | undefined,
  packages: readonly PackageChange[],
): ReadonlyMap<string, FunctionChange['causes']> {
  const former = new Map(before?.zips.map((zip) => [zip.function, zip]));
  return new Map(
    (after?.zips ?? []).flatMap((zip) => {
      const old = former.get(zip.function);
      return old === undefined ? [] : [[zip.function, causesOfZip(old, zip, packages)] as const];
    }),
  );
}

function causesOfZip(before: StageZip, after: StageZip, packages: readonly PackageChange[]): FunctionChange['causes'] {
  // Where a side could not be bundled, its imports tell what it was made of.
  const areBundled = before.bundle !== null && after.bundle !== null;
  const inputsOf = ({ bundle, facts }: StageZip): ReadonlyMap<string, string> => new Map((areBundled ? bundle : facts)?.inputs);
  const [former, now] = [inputsOf(before), inputsOf(after)];
  const changed = [...new Set([...former.keys(), ...now.keys()])].filter((file) => former.get(file) !== now.get(file));
  const files = changed.filter(
    (file) =>
      !file.includes('node_modules') &&
      /\.[cm]?[jt]sx?$|\.json$/u.test(file) &&
      !/(^|\/)(package(-lock)?|bun)\.json$/u.test(file),
  );
  const used = new Set(after.bundle?.inputs.map(([file]) => packageOf(file)));
  return [
    ...files.map((file) => ({ kind: file === after.file ? ('own' as const) : ('shared' as const), name: file })),
    ...packages
      .filter(({ name }) => used.has(name))
      .map(({ name, from, to }) => ({ kind: 'dependency' as const, name: `${name} ${from ?? 'none'} to ${to ?? 'none'}` })),
  ].sort((a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name));
}

/** `@scope/name` of a file of a package; empty for others. */
function packageOf(file: string): string {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return '';
  const [first = '', second = ''] = file.slice(at + 'node_modules/'.length).split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

const LOCK = 'package-lock.json';

/** The nearest one, upwards: a workspace has one for all of its projects. */
function lockOf({ host, projectDir }: { readonly host: Host; readonly projectDir: string }): string | null {
  for (let folder = projectDir; ; folder = paths.dirname(folder)) {
    const text = host.readText(paths.join(folder, LOCK));
    if (text !== null || paths.dirname(folder) === folder) return text;
  }
}

function packagesInWords(packages: readonly PackageChange[]): string {
  const some = packages.slice(0, 10).map(({ name, from, to }) => `${name} ${from ?? 'none'} to ${to ?? 'none'}`);
  const more = packages.length > some.length ? ` and ${packages.length - some.length} more` : '';
  return `Installed packages differ (${some.join(', ')}${more}); both sides were compiled with those that are installed now.`;
}
