// A @FileStorageServerlessFunction method as a Lambda function behind the notifications of a bucket. What it throws fails
// the invocation, which Lambda then repeats.
import type { FileStorageEvent } from '../kinds/file-storage-bucket.js';
import { type HandlerSpec, instanceOf } from './handler.js';

/** The part of S3's event that is used (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). */
export interface S3Event {
  readonly Records?: readonly {
    readonly eventName: string;
    /** Deletions have no size. */
    readonly s3: { readonly object: { readonly key: string; readonly size?: number } };
  }[];
}

export function adapt(spec: HandlerSpec): (event: S3Event, context: { readonly awsRequestId: string }) => Promise<void> {
  const instance = instanceOf(spec.create);
  return async (event, { awsRequestId }) => {
    const handler = await instance();
    for (const { eventName, s3 } of event.Records ?? []) {
      const file: FileStorageEvent = {
        key: decodeKey(s3.object.key),
        size: eventName.startsWith('ObjectRemoved') ? 0 : (s3.object.size ?? 0),
        requestId: awsRequestId,
      };
      await handler[spec.method]!(...spec.params.map(() => file));
    }
  };
}

/** S3 encodes keys as forms are: a plus sign is a space, and a plus sign of the key's own is %2B. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));
