/** How phases ask for files: their facts, and what their imports lead to. */
import type { FileFacts } from './facts.js';
import type { ProjectPath } from './span.js';

/** What a module specifier leads to. */
export type Resolution =
  | { readonly of: 'file'; readonly file: ProjectPath }
  | { readonly of: 'nimbus' }
  | { readonly of: 'missing' };

/** Where facts and resolutions come from; implemented by the loaded program. */
export interface ModuleSource {
  readonly files: readonly ProjectPath[];
  facts(file: ProjectPath): FileFacts | null;
  resolve(from: ProjectPath, specifier: string): Resolution;
}
