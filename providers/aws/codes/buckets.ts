/** NIM307x: what S3 demands of buckets and files. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';
import { quote } from '../../../compiler/diagnostics/words.js';

export const bucketCodes = defineCodes({
  NIM3070: code<{ name: string; problem: string }>({
    slug: 'aws-bucket-name',
    severity: 'error',
    message: (p) => `the S3 bucket ${quote(p.name)} ${p.problem}`,
    hint: () => 'the name of a bucket is its bucketName and the stage, in lower case: "photos-of-my-shop" and "dev"',
    explain: page({
      what: 'S3 would refuse the name of a bucket.',
      why: `
        The name is the "bucketName" with the stage appended, in lower case. It consists of small letters, digits, "-" and
        ".", begins and ends with a letter or a digit, and is none of the forms that S3 keeps for itself. See
        docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.`,
      bad: `
        @FileStorageBucket({ bucketName: 'my_photos' })
        export class Photos {}`,
      good: `
        @FileStorageBucket({ bucketName: 'my-photos' })
        export class Photos {}`,
    }),
  }),
  NIM3072: code<{ file: string; size: number; limit: number }>({
    slug: 'aws-object-key-too-long',
    severity: 'error',
    message: (p) => `the path of ${quote(p.file)} in the bucket has ${p.size} bytes, and S3 allows ${p.limit}`,
    hint: () => 'shorten the targetPath, or the names of the folders',
    explain: page({
      what: 'The path of an uploaded file in its bucket would be too long.',
      why: 'A key of S3 has at most 1,024 bytes; letters other than those of English take two to four.',
      bad: `
        const DEEP = 'folder-with-a-long-name/folder-with-a-long-name/folder-with-a-long-name/folder-with-a-long-name/';

        @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true })
        @FileUpload({
          bucketName: 'pages-of-my-shop',
          localPath: 'index.html',
          targetPath:
            DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + DEEP + 'index.html',
        })
        export class Website {}`,
      good: `
        @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true })
        @FileUpload({ bucketName: 'pages-of-my-shop', localPath: 'index.html', targetPath: 'index.html' })
        export class Website {}`,
    }),
  }),
  NIM3071: code<{ bucket: string; event: string; first: string; second: string }>({
    slug: 'aws-bucket-event-taken',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} both listen to ${p.event} of ${p.bucket}, and S3 calls one function only`,
    hint: (p) => `let ${p.first} do the work of both, or pass the event on through a queue or a topic`,
    explain: page({
      what: 'Two functions listen to the same sort of change of one bucket.',
      why: `
        S3 takes one destination for each sort of event of a bucket, and refuses configurations that overlap when they are
        deployed. See docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html.`,
      bad: `
        @FileStorageBucket({ bucketName: 'inbox-of-my-shop' })
        export class Files {}

        export class Inbox {
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          scan(event: FileStorageEvent): void {}

          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          index(event: FileStorageEvent): void {}
        }`,
      good: `
        @FileStorageBucket({ bucketName: 'inbox-of-my-shop' })
        export class Files {}

        export class Inbox {
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          onFile(event: FileStorageEvent): void {
            this.scan(event.key);
            this.index(event.key);
          }

          private scan(key: string): void {}
          private index(key: string): void {}
        }`,
    }),
  }),
});
