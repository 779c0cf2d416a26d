/** NIM62xx: buckets of files and the functions that listen to them. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { closest } from '../diagnostics/suggest.js';
import { didYouMean, quote } from '../diagnostics/words.js';

export const bucketCodes = defineCodes({
  NIM6201: code<{ decorator: string; both: boolean }>({
    slug: 'bucket-not-told',
    severity: 'error',
    message: (p) =>
      p.both
        ? `@${p.decorator} has both a fileStorageBucket and a bucketName`
        : `@${p.decorator} does not say which bucket it is about`,
    hint: (p) =>
      p.both
        ? 'keep one of them; the class is the one that survives a new name'
        : 'add fileStorageBucket, a class marked @FileStorageBucket, or bucketName, the name of a bucket',
    explain: page({
      what: 'A decorator that is about a bucket names none, or names it twice.',
      why: 'A bucket is told by its class ("fileStorageBucket") or by its name ("bucketName"), and only by one of them.',
      bad: `
        export class Inbox {
          @FileStorageServerlessFunction({ eventType: FileStorageEventType.OBJECT_CREATED })
          onFile(event: FileStorageEvent): void {}
        }`,
      good: `
        @FileStorageBucket({ bucketName: 'inbox-of-my-shop' })
        export class Files {}

        export class Inbox {
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          onFile(event: FileStorageEvent): void {}
        }`,
    }),
  }),
  NIM6202: code<{ bucket: string; decorator: string; known: readonly string[] }>({
    slug: 'bucket-name-unknown',
    severity: 'error',
    message: (p) => `@${p.decorator} names the bucket ${quote(p.bucket)}, which the stage does not have`,
    hint: (p) => didYouMean(closest(p.bucket, p.known), `mark a class with @FileStorageBucket({ bucketName: '${p.bucket}' })`),
    explain: page({
      what: 'A bucket is named that the stage does not have.',
      why: `
        A bucket is made by a class marked @FileStorageBucket, or by a function that listens to it. Uses of a bucket and
        uploads to it make none, since a misspelt name would then be a new bucket.`,
      bad: `
        @FileStorageBucket({ bucketName: 'reports-of-my-shop' })
        export class Reports {}

        export class Shop {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesFileStorageBucket({ bucketName: 'report-of-my-shop' })
          async write(): Promise<void> {
            await ClientBuilder.getFileStorageClient('report-of-my-shop').saveFile('today.txt', 'all sold');
          }
        }`,
      good: `
        @FileStorageBucket({ bucketName: 'reports-of-my-shop' })
        export class Reports {}

        export class Shop {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesFileStorageBucket({ fileStorageBucket: Reports })
          async write(): Promise<void> {
            await ClientBuilder.getFileStorageClient(Reports).saveFile('today.txt', 'all sold');
          }
        }`,
    }),
  }),
  NIM6203: code<{ bucket: string }>({
    slug: 'bucket-declared-twice-in-stage',
    severity: 'error',
    message: (p) => `${p.bucket} is declared as a bucket twice for the same stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A class is declared as a bucket twice for one stage.',
      why: `
        A class is one bucket per stage. A decorator that names the stage wins over one without "stages"; two that both
        name it contradict each other.`,
      bad: `
        @FileStorageBucket({ bucketName: 'photos-of-my-shop', stages: ['dev'] })
        @FileStorageBucket({ bucketName: 'pictures-of-my-shop', stages: ['dev'] })
        export class Photos {}`,
      good: `
        @FileStorageBucket({ bucketName: 'photos-of-my-shop', stages: ['dev'] })
        @FileStorageBucket({ bucketName: 'pictures-of-my-shop', stages: ['prod'] })
        export class Photos {}`,
    }),
  }),
  NIM6204: code<{ bucket: string; option: string }>({
    slug: 'bucket-option-of-websites',
    severity: 'warning',
    message: (p) => `${p.option} has no effect, because ${p.bucket} is no website`,
    hint: (p) => `add staticWebsite: true, or remove ${p.option}`,
    explain: page({
      what: 'A bucket that is no website has an option that only concerns websites.',
      why: 'The index and error documents are what a website answers; a bucket without "staticWebsite" answers nobody.',
      bad: `
        @FileStorageBucket({ bucketName: 'pages-of-my-shop', indexFile: 'start.html' })
        export class Pages {}`,
      good: `
        @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true, indexFile: 'start.html' })
        export class Pages {}`,
    }),
  }),
  NIM6205: code<{ fn: string; event: string; bucket: string }>({
    slug: 'file-function-twice',
    severity: 'error',
    message: (p) => `${p.fn} listens to ${p.event} of ${p.bucket} twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A method listens to the same changes of one bucket twice.',
      why: 'It is called once for each change, however often that is said.',
      bad: `
        @FileStorageBucket({ bucketName: 'inbox-of-my-shop' })
        export class Files {}

        export class Inbox {
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          @FileStorageServerlessFunction({ bucketName: 'inbox-of-my-shop', eventType: FileStorageEventType.OBJECT_CREATED })
          onFile(event: FileStorageEvent): void {}
        }`,
      good: `
        @FileStorageBucket({ bucketName: 'inbox-of-my-shop' })
        export class Files {}

        export class Inbox {
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_CREATED })
          @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: FileStorageEventType.OBJECT_DELETED })
          onFile(event: FileStorageEvent): void {}
        }`,
    }),
  }),
  NIM6206: code<{ origin: string; problem: string }>({
    slug: 'bucket-cors-origin-invalid',
    severity: 'error',
    message: (p) => `the CORS origin "${p.origin}" ${p.problem}`,
    hint: () =>
      "an origin is a scheme, a host and perhaps a port, without a path: https://app.example.com; or '*'; or the URL of a website, ${BUCKETNAME_URL}",
    explain: page({
      what: 'One of the "allowedCorsOrigins" is no origin.',
      why: `
        It is an origin as browsers send it (scheme, host and perhaps port), '*', or a variable that stands for the URL of a
        website of the stage: the name of its bucket in upper case with "_URL" after it.`,
      bad: `
        @FileStorageBucket({ bucketName: 'fonts-of-my-shop', allowedCorsOrigins: ['https://app.example.com/start'] })
        export class Fonts {}`,
      good: `
        @FileStorageBucket({ bucketName: 'fonts-of-my-shop', allowedCorsOrigins: ['https://app.example.com'] })
        export class Fonts {}`,
    }),
  }),
});
