import { Attribute, DocumentStore, FileStorageBucket, Key, KeyValueStore, NotificationTopic, Queue } from 'nimbusc';

export class Part {
  name = '';
  made?: Date;
  label(): string {
    return `${this.name} ${this.made?.getTime() ?? 'never'}`;
  }
}

@DocumentStore()
export class Thing {
  @Key() id = '';
  @Attribute() number?: number;
  @Attribute() big?: bigint;
  @Attribute() text?: string | null;
  @Attribute() date?: Date;
  @Attribute() words?: Set<string>;
  @Attribute() part?: Part;
  @Attribute() anything?: unknown;
}

@KeyValueStore({ keyType: Uint8Array })
export class Blob {
  @Attribute() size = 0;
}

/** What the functions have seen, one entry for each listener. */
@DocumentStore()
export class Log {
  @Key() id = '';
  @Attribute() lines: string[] = [];
}

@Queue({ id: 'parity-jobs', maxReceiveCount: 2 })
export class Jobs {}

@Queue({ id: 'parity-line', fifo: true })
export class Line {}

@NotificationTopic({ topicName: 'parity-news' })
export class News {}

@FileStorageBucket({ bucketName: 'e2e-parity' })
export class Files {}
