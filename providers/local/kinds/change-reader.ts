// What functions of stores read: changes as the stream of a table hands them over, with instances of the store's class.
import type { ChangeReader } from '../../../runtime/adapters/store-function.js';
import { readItem } from '../../aws/runtime/dynamodb/read.js';
import type { StoreData } from './store.js';
import type { Change } from './table.js';

export interface StreamEvent {
  readonly records: readonly { readonly id: string; readonly store: string; readonly change: Change }[];
}

/** What adapters read changes by; one for each function. */
export class LocalChangeReader implements ChangeReader {
  private readonly stores = new Map<string, StoreData>();

  add(store: string, data: StoreData): void {
    this.stores.set(store, data);
  }

  changes(event: unknown): ReturnType<ChangeReader['changes']> {
    return (event as StreamEvent).records.map(({ id, store, change }) => {
      const data = this.stores.get(store) as StoreData;
      const item = (image: Change['before']): object | null => image && readItem(data, image);
      return {
        eventName: change.eventName,
        eventId: id,
        id,
        oldItem: () => item(change.before),
        newItem: () => item(change.after),
      };
    });
  }
}
