// What functions of both kinds of stores get. Which changes they get is in the decorators' options.

/** The kinds of changes that a function can listen to. */
export const StoreEventType = {
  /** There was no item under this key. */
  INSERT: 'INSERT',
  /** There was one, and it is another now. */
  MODIFY: 'MODIFY',
  REMOVE: 'REMOVE',
} as const;
export type StoreEventType = (typeof StoreEventType)[keyof typeof StoreEventType];

/** What is known of a change beside its items. */
export interface StoreEvent {
  readonly eventName: StoreEventType;
  /** The same when a change is delivered again. */
  readonly eventId: string;
  /** Of the invocation, as in its log. */
  readonly requestId: string;
}
