// A store function's method as a Lambda function: a batch of changes in, the one that failed out. How a change is read from
// the event is the provider's: its module for the kind binds a ChangeReader.
//
// The changes of a batch are handled one after the other, in their order. One that fails ends the batch: those before it are
// done. It is named in the answer, so that only it and those after it come again. When it is the first, the error itself is
// the answer: then the mapping halves the batch until the change is alone, and no other is given up with it.
// docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
import { findClient } from '../core/binding.js';
import type { StoreEvent, StoreEventType } from '../kinds/store-function.js';
import { type HandlerSpec, instanceOf } from './handler.js';

/** A change as a provider reads it. */
export interface StoreChange {
  readonly eventName: StoreEventType;
  readonly eventId: string;
  /** By what a report of failures names it. */
  readonly id: string;
  /** Instances of the store's class; null where the change has none. */
  oldItem(): object | null;
  newItem(): object | null;
}

export interface ChangeReader {
  changes(event: unknown): readonly StoreChange[];
}

/** What providers bind the reader as. */
export const CHANGE_READER = 'store-function';

export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export function adapt(spec: HandlerSpec): (event: unknown, context: { readonly awsRequestId: string }) => Promise<BatchAnswer> {
  const instance = instanceOf(spec.create);
  const items = spec.params.filter((param) => param !== 'event').length;
  return async (event, { awsRequestId: requestId }) => {
    const methods = await instance();
    const reader = findClient(CHANGE_READER, null) as ChangeReader;
    for (const [index, change] of reader.changes(event).entries()) {
      try {
        await methods[spec.method]!(...argumentsOf(spec, items, change, requestId));
      } catch (error) {
        if (index === 0) throw error;
        console.error(error);
        return { batchItemFailures: [{ itemIdentifier: change.id }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** The last items of old and new one, as many as the method takes. */
function argumentsOf(spec: HandlerSpec, items: number, change: StoreChange, requestId: string): unknown[] {
  const { eventName, eventId } = change;
  const readers = [() => change.oldItem(), () => change.newItem()];
  const wanted =
    eventName === 'MODIFY' ? readers.slice(2 - items) : eventName === 'REMOVE' ? readers.slice(0, 1) : readers.slice(1);
  const given = wanted.slice(0, items).map((read) => read());
  let next = 0;
  const event: StoreEvent = { eventName, eventId, requestId };
  return spec.params.map((param) => (param === 'event' ? event : given[next++]));
}
