/**
 * In: a finished stage and what would be bundled for it. Out: what the local cloud runs it by, as plain data: the graph, the
 * entries that the cloud gets as text, and one module with all classes of the project that entries name. Nothing is executed.
 */
import type { JsonObject } from './ir/json.js';
import type { GraphJson } from './ir/serialise.js';
import type { EnvBinding } from './ir/stage-plan.js';
import type { EntryModel } from './phases/6-bundle/entry-source.js';

export interface LocalPlan {
  readonly stage: string;
  readonly graph: GraphJson;
  /** By the function's id. */
  readonly functions: { readonly [id: string]: LocalFunctionPlan };
  /** The clients of all resources that have one, for tests. */
  readonly clients: LocalClients;
  /** What the local cloud has to know of a resource besides what the graph says; by id. */
  readonly extras: { readonly [id: string]: JsonObject };
}

export interface LocalClients {
  readonly model: EntryModel;
  /** What the first registrations of the model are about, in their order. */
  readonly bound: readonly BoundResource[];
}

export interface BoundResource {
  readonly id: string;
  /** Of the module that knows the client, or that reads events. */
  readonly kind: string;
  /** What the function may call; null: all. */
  readonly methods: readonly string[] | null;
}

export interface LocalFunctionPlan extends LocalClients {
  readonly environment: readonly EnvBinding[];
  /** By name, of variables that have one. */
  readonly testValues: { readonly [name: string]: string };
}

export interface LocalPlanResult {
  /** The diagnostics as text; empty when there is nothing to say. */
  readonly diagnostics: string;
  readonly failed: boolean;
  readonly plans: readonly LocalPlan[];
  /** An ES module that exports each imported class of the entries as `classExport` names it; or why there is none. */
  readonly classes: { readonly text: string } | { readonly problem: string };
}

/** Where the module of `classes` has to lie, relative to the project: its source map leads to the source from there. */
export const CLASSES_FOLDER = 'node_modules/.cache/nimbusc/local';

/** The export of the classes' module that stands for an import of an entry. Both arguments as in `EntryModel.imports`. */
export const classExport = (from: string, name: string): string =>
  `c_${[...`${from} ${name}`].map((c) => (/[A-Za-z0-9]/.test(c) ? c : `_${c.codePointAt(0)?.toString(16)}_`)).join('')}`;

/** Whether an import of an entry leads to a file of the project: not to nimbusc, and to no package. */
export const isOfProject = ({ from }: { readonly from: string }): boolean => from.startsWith('"./') || from.startsWith('"../');

export const projectImports = (model: EntryModel): EntryModel['imports'] => model.imports.filter(isOfProject);
