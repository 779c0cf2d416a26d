import {
  Attribute,
  DocumentStore,
  ExistingCognitoUserPool,
  FileStorageBucket,
  Key,
  KeyValueStore,
  NotificationTopic,
  Queue,
} from 'nimbusc';

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
  @Attribute() count = 0;
}

@Queue({ id: 'parity-jobs', maxReceiveCount: 2 })
export class Jobs {}

@Queue({ id: 'parity-line', fifo: true })
export class Line {}

@Queue({ id: 'parity-poison', maxReceiveCount: 2 })
export class Poison {}

@Queue({ id: 'parity-ordered', fifo: true, maxReceiveCount: 3 })
export class Ordered {}

@Queue({ id: 'parity-lists', maxReceiveCount: 2 })
export class Lists {}

/** Its changes are told to a function that fails for some of them. */
@DocumentStore()
export class Step {
  @Key() id = '';
  @Attribute() n = 0;
}

// The test puts the pool that it has made here.
@ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Placeholder' })
export class Members {}

@NotificationTopic({ topicName: 'parity-news' })
export class News {}

@FileStorageBucket({ bucketName: 'e2e-parity' })
export class Files {}
