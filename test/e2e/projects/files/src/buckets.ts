import { Attribute, DocumentStore, FileStorageBucket, Key } from 'nimbusc';

@FileStorageBucket({ bucketName: 'E2E-Inbox' })
export class Inbox {}

/** Nobody listens to this one, so it may hold a lot. */
@FileStorageBucket({ bucketName: 'e2e-archive' })
export class Archive {}

@DocumentStore()
export class Seen {
  @Key() id = '';
  @Attribute() handler = '';
  @Attribute() key = '';
  @Attribute() size = -1;
}
