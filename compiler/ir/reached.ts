/** What the code of a handler can do with clients, as far as it can be followed. */
import type { ProjectPath, Span } from './span.js';

export interface Reached {
  /** Sorted by kind, target and method. */
  readonly clients: readonly ReachedClient[];
  /** Where it is only known at run time which getter of `ClientBuilder` is called. */
  readonly unknownGetter: ReachedPlace | null;
}

/** A place in the code, and the calls that lead there: `['Chat.onMessage', 'Directory.find']`. */
export interface ReachedPlace {
  readonly span: Span;
  readonly path: readonly string[];
}

export interface ReachedClient {
  /** The kind of what it is a client of. */
  readonly kind: string;
  readonly target: ReachedTarget;
  /** The method that it calls, of a client for functions. */
  readonly method: string | null;
  /** Sorted by place; each place once for each method of the client. */
  readonly calls: readonly ReachedCall[];
  readonly escaped: (ReachedPlace & { readonly how: string }) | null;
}

export type ReachedTarget =
  | { readonly of: 'class'; readonly file: ProjectPath; readonly local: string; readonly name: string }
  | { readonly of: 'text'; readonly text: string }
  /** A stage has one resource of this kind. */
  | { readonly of: 'only' }
  | { readonly of: 'unknown' };

export interface ReachedCall extends ReachedPlace {
  /** The client's method: `getAll`. */
  readonly method: string;
  /** The operations of the kind that it performs. */
  readonly operations: readonly string[];
}
