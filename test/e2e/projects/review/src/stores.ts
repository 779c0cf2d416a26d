import { Attribute, DocumentStore, FileStorageBucket, FileUpload, Key, KeyValueStore, NotificationTopic, Queue } from 'nimbusc';

@DocumentStore()
export class Order {
  @Key() id = '';
  @Attribute() amount = 0;
}

@KeyValueStore({ keyType: String, keyName: 'token' })
export class Session {
  @Attribute() user = '';
}

@Queue({ id: 'parcels', maxReceiveCount: 3 })
export class Parcels {}

@NotificationTopic({ topicName: 'news' })
export class News {}

@FileStorageBucket({ bucketName: 'e2e-review-files' })
export class Files {}

@FileStorageBucket({ bucketName: 'e2e-review-pages', staticWebsite: true })
@FileUpload({ bucketName: 'e2e-review-pages', localPath: 'pages', targetPath: '' })
export class Pages {}
