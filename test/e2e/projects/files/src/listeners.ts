import {
  ClientBuilder,
  type FileStorageEvent,
  FileStorageEventType,
  FileStorageServerlessFunction,
  UsesDocumentStore,
} from 'nimbusc';
import { Inbox, Seen } from './buckets.js';

export class Listeners {
  private readonly seen = ClientBuilder.getDocumentStoreClient(Seen);

  @FileStorageServerlessFunction({ fileStorageBucket: Inbox, eventType: FileStorageEventType.OBJECT_CREATED })
  @UsesDocumentStore(Seen)
  async created(event: FileStorageEvent): Promise<void> {
    await this.note('created', event);
  }

  @FileStorageServerlessFunction({ bucketName: 'E2E-Inbox', eventType: 'OBJECT_DELETED' })
  @UsesDocumentStore(Seen)
  async deleted(event: FileStorageEvent): Promise<void> {
    await this.note('deleted', event);
  }

  /** The bucket of this one is made by its name alone. */
  @FileStorageServerlessFunction({ bucketName: 'e2e-outbox', eventType: 'OBJECT_CREATED' })
  @FileStorageServerlessFunction({ bucketName: 'e2e-outbox', eventType: 'OBJECT_DELETED' })
  @UsesDocumentStore(Seen)
  async both(event: FileStorageEvent): Promise<void> {
    await this.note('both', event);
  }

  private async note(handler: string, { key, size, requestId }: FileStorageEvent): Promise<void> {
    await this.seen.put({ id: requestId, handler, key, size });
  }
}
