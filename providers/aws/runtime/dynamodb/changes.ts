// What a table's stream tells a function: records in, changes with instances of the store's class out.
import { CHANGE_READER, type ChangeReader, type StoreChange } from '../../../../runtime/adapters/store-function.js';
import { bind, findClient } from '../../../../runtime/core/binding.js';
import type { StoreEventType } from '../../../../runtime/kinds/store-function.js';
import type { Av, Item } from './attribute-value.js';
import { type Columns, readItem } from './read.js';

export interface StreamData extends Columns {
  /** The environment variable that holds the table's name. */
  readonly table: string;
}

/** The part of a record that is used: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
interface StreamRecord {
  readonly eventID: string;
  readonly eventName: StoreEventType;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly OldImage?: Item;
    readonly NewImage?: Item;
  };
}

/** Called once for each store that the function listens to. */
export function register(_target: null, data: StreamData): void {
  const bound = findClient(CHANGE_READER, null) as StreamReader | undefined;
  if (bound) bound.stores.push(data);
  else bind(CHANGE_READER, null, new StreamReader(data));
}

class StreamReader implements ChangeReader {
  readonly stores: StreamData[];

  constructor(first: StreamData) {
    this.stores = [first];
  }

  changes(event: unknown): readonly StoreChange[] {
    const { Records: records } = event as { readonly Records: readonly StreamRecord[] };
    return records.map((record) => {
      const { OldImage: before, NewImage: after, SequenceNumber: id } = record.dynamodb;
      const item = (image: Item | undefined): object | null => (image ? readItem(this.storeOf(record), fromEvent(image)) : null);
      return {
        eventName: record.eventName,
        eventId: record.eventID,
        id,
        oldItem: () => item(before),
        newItem: () => item(after),
      };
    });
  }

  /** By the table in the stream's ARN: `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<time>`. */
  private storeOf({ eventSourceARN }: StreamRecord): StreamData {
    const name = eventSourceARN.split('/')[1];
    return this.stores.find(({ table }) => process.env[table] === name) ?? this.stores[0]!;
  }
}

/** Events are JSON, which has bytes as base64. */
const fromEvent = (image: Item): Item => Object.fromEntries(Object.entries(image).map(([column, av]) => [column, withBytes(av)]));

function withBytes(av: Av): Av {
  if (av.B !== undefined) return { B: bytesOf(av.B) };
  if (av.BS) return { BS: av.BS.map(bytesOf) };
  if (av.L) return { L: av.L.map(withBytes) };
  if (av.M) return { M: fromEvent(av.M) };
  return av;
}

const bytesOf = (base64: unknown): Uint8Array => new Uint8Array(Buffer.from(base64 as string, 'base64'));
