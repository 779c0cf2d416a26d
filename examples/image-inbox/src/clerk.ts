import {
  ClientBuilder,
  EnvironmentVariable,
  type FileStorageEvent,
  FileStorageEventType,
  FileStorageServerlessFunction,
  UsesDocumentStore,
} from 'nimbusc';
import { Inbox } from './buckets.js';
import { ImageRecord } from './image-record.js';

/** Keeps the records of the images in the inbox. */
export class Clerk {
  private readonly records = ClientBuilder.getDocumentStoreClient(ImageRecord);
  private readonly environment = ClientBuilder.getEnvironmentVariableClient();

  /** Files with other endings stay in the inbox, unrecorded. */
  @FileStorageServerlessFunction({ fileStorageBucket: Inbox, eventType: FileStorageEventType.OBJECT_CREATED })
  @EnvironmentVariable({ key: 'IMAGE_ENDINGS', value: '.jpg .png' })
  @EnvironmentVariable({ key: 'IMAGE_ENDINGS', value: '.gif .jpg .png', stages: ['dev'] })
  @UsesDocumentStore(ImageRecord)
  async onCreated({ key, size }: FileStorageEvent): Promise<void> {
    if (await this.isImage(key)) await this.records.put(new ImageRecord(key, size, new Date()));
  }

  @FileStorageServerlessFunction({ fileStorageBucket: Inbox, eventType: FileStorageEventType.OBJECT_DELETED })
  @UsesDocumentStore(ImageRecord)
  async onDeleted({ key }: FileStorageEvent): Promise<void> {
    await this.records.deleteKey(key);
  }

  private async isImage(path: string): Promise<boolean> {
    const endings = (await this.environment.get('IMAGE_ENDINGS')) ?? '';
    return endings.split(' ').some((ending) => path.toLowerCase().endsWith(ending));
  }
}
