import { Attribute, DocumentStore, Key, KeyValueStore } from 'nimbusc';

export class Address {
  street = '';
  since?: Date;

  line(): string {
    return `${this.street} since ${this.since?.getUTCFullYear()}`;
  }
}

class Entity {
  @Key({ columnName: 'order_id' }) id = '';
}

@DocumentStore()
export class Order extends Entity {
  @Attribute({ columnName: 'amt' }) amount = 0;
  @Attribute() placed: Date = new Date(0);
  @Attribute() tags: Set<string> = new Set();
  @Attribute() data: Uint8Array = new Uint8Array();
  @Attribute() total = 0n;
  @Attribute() address: Address = new Address();
  notStored = 'initial';

  describe(): string {
    const parts = [this.id, this.amount, this.placed.toISOString(), [...this.tags].sort(), [...this.data], this.total];
    return `${parts.join(' | ')} | ${this.address.line()} | ${this.notStored}`;
  }
}

@KeyValueStore({ keyType: String, keyName: 'token' })
export class Session {
  @Attribute({ columnName: 'who' }) user = '';
  @Attribute() visits = 0;
}

/** What is handled in batches, some of which fail. */
@DocumentStore({ tableName: 'e2e-tasks-' })
export class Task {
  @Key() id = '';
}
