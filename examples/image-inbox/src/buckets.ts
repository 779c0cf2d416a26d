import { FileStorageBucket } from 'nimbusc';

/** Where images arrive. Bucket names are one space for all of AWS: choose your own. */
@FileStorageBucket({ bucketName: 'nimbusc-image-inbox' })
export class Inbox {}

/** Where the summaries are. A bucket of its own, so that they are not taken for images that arrive. */
@FileStorageBucket({ bucketName: 'nimbusc-image-summaries' })
export class Summaries {}
