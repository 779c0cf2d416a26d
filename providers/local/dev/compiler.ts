// What the dev server asks of a compiler, which runs somewhere else so that requests do not wait for it.
import type { LocalPlan, LocalPlanResult } from '../../../compiler/local-plan.js';

/** `inputs` of answers: the files, absolute, by whose content all that was asked for until now is what it is. */
export interface DevCompiler {
  /** Looks at the project as it is now. */
  compile(): Promise<DevBuild>;
  /** The code of functions as they were compiled last, by their ids. */
  bundle(ids: readonly string[]): Promise<DevBundles>;
  /** The graph as it was compiled last, as a page of its own. */
  picture(): Promise<string>;
  close(): Promise<void>;
}

export interface DevBuild {
  /** Null after an error. */
  readonly plan: LocalPlan | null;
  readonly classes: LocalPlanResult['classes'];
  /** Functions whose code was bundled and has changed. */
  readonly stale: readonly string[];
  /** For people; empty when there is nothing to say. */
  readonly diagnostics: string;
  /** The same with colours, where the terminal has some. */
  readonly shown: string;
  /** The folder that `nimbusc build` writes to, relative to the project. */
  readonly out: string;
  readonly inputs: ReadonlySet<string>;
}

export interface DevFunctionBundle {
  readonly code: string;
  readonly map: string;
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export interface DevBundles {
  readonly bundles: ReadonlyMap<string, DevFunctionBundle> | null;
  readonly diagnostics: string;
  readonly inputs: ReadonlySet<string>;
}
