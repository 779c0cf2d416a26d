/** A value that the project's code sends as JSON by way of a client. */
import type { ProjectPath, Span } from './span.js';
import type { WireType } from './wire-type.js';

export interface SentValue {
  /** What sends it: `Chat.say` of a method, else the name of the function or of the module. */
  readonly by: string;
  /** `sendMessageAsJson` */
  readonly method: string;
  /** `getQueueClient` */
  readonly client: string;
  /** What the client was made for: a class of the project, a string, or nothing. */
  readonly target: SendTarget | null;
  /** The second argument of the getter, when it is a string: the method of a function. */
  readonly detail: string | null;
  readonly type: WireType;
  /** The value. */
  readonly at: Span;
}

export type SendTarget = { readonly file: ProjectPath; readonly local: string } | { readonly name: string };
