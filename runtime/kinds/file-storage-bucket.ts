// Buckets of files, the functions that their changes start, and the client that reads and writes them.
import { lazyClient } from '../core/binding.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions, StagesOption } from '../core/function-options.js';

// In the declarations, projects without Node's types would get an error of the import; to them it is `any`. TypeScript keeps
// no comment of an import in a declaration file, but that of a type.
// biome-ignore lint/suspicious/noTsIgnore: @ts-expect-error would be an error where there are Node's types.
/** @ts-ignore There may be no types of Node. */
type Readable = import('node:stream').Readable;

export interface FileStorageBucketOptions extends StagesOption {
  /** The stage is appended, all in lower case; S3's names are one space for all of AWS. */
  bucketName: string;
  /** Serves the files as a website, readable by everyone. Default false. */
  staticWebsite?: boolean;
  /** What the website answers for a path that ends with a slash. Default `index.html`. */
  indexFile?: string;
  /** What the website answers when there is no file. Default `error.html`. */
  errorFile?: string;
  /** Origins whose pages may read the files from a browser: `https://app.example.com`, `*`, `${BUCKETNAME_URL}` of a website. */
  allowedCorsOrigins?: readonly string[];
}

/** Makes a bucket, closed to the public unless it is a website. */
export function FileStorageBucket(_options: FileStorageBucketOptions): ClassDecoratorOf {
  return noop;
}

/** A bucket by its class or by its name. */
export type FileStorageBucketReference =
  | { fileStorageBucket: Constructor; bucketName?: never }
  | { bucketName: string; fileStorageBucket?: never };

export const FileStorageEventType = {
  /** A file was saved, over another one of its path or not. */
  OBJECT_CREATED: 'OBJECT_CREATED',
  OBJECT_DELETED: 'OBJECT_DELETED',
} as const;
export type FileStorageEventType = (typeof FileStorageEventType)[keyof typeof FileStorageEventType];

export type FileStorageServerlessFunctionOptions = FunctionOptions &
  FileStorageBucketReference & { eventType: FileStorageEventType };

/**
 * Calls the method for each file that is saved in a bucket, or deleted from it. It takes at most a FileStorageEvent. What
 * it throws makes AWS call it again, twice, some minutes later.
 */
export function FileStorageServerlessFunction(_options: FileStorageServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

export interface FileStorageEvent {
  /** The file's path in the bucket, as the client takes it. */
  readonly key: string;
  /** In bytes; 0 for a file that was deleted. */
  readonly size: number;
  readonly requestId: string;
}

export type UsesFileStorageBucketOptions = StagesOption & FileStorageBucketReference;

/** Allows the function to use the bucket through `ClientBuilder.getFileStorageClient`. */
export function UsesFileStorageBucket(_options: UsesFileStorageBucketOptions): HandlerDecorator {
  return noop;
}

/** Text (saved as UTF-8), bytes, a stream, or the path of a file on the function's disk. */
export type FileContent = string | Uint8Array | Readable | { readonly file: string };

export interface SaveFileOptions {
  /** Without it, `application/octet-stream`. */
  contentType?: string;
  /** At most 10 (S3). */
  tags?: Readonly<Record<string, string>>;
}

export interface FileInformation {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly lastModified: Date;
}

/**
 * Every operation rejects with a RetryableException when S3 is out of reach or slow (after the SDK's own retries), a
 * PermissionException when it may not be used, and a NonRetryableException for what S3 refuses.
 */
export interface FileStorageClient {
  /** Saves a file, over the one of this path. Streams may be of any length: they are sent in parts of 8 MB. */
  saveFile(path: string, content: FileContent, options?: SaveFileOptions): Promise<void>;
  saveFileWithContentType(path: string, content: FileContent, contentType: string): Promise<void>;
  /** The file's bytes as a stream. A FileNotFoundException when there is no such file. */
  getFile(path: string): Promise<Readable>;
  /** The file's text, from UTF-8. A FileNotFoundException when there is no such file. */
  getFileAsString(path: string): Promise<string>;
  /** There need not be such a file. */
  deleteFile(path: string): Promise<void>;
  /** All files of the bucket, sorted by the bytes of their paths. */
  listFiles(): Promise<FileInformation[]>;
}

/** A client for a bucket, by its class or its name. It needs `@UsesFileStorageBucket` on every handler that can reach its use. */
export function getFileStorageClient(bucket: Constructor | string): FileStorageClient {
  return lazyClient<FileStorageClient>(
    'file-storage-bucket',
    bucket,
    ['saveFile', 'saveFileWithContentType', 'getFile', 'getFileAsString', 'deleteFile', 'listFiles'],
    (name) =>
      typeof bucket === 'string'
        ? `@UsesFileStorageBucket({ bucketName: '${bucket}' })`
        : `@UsesFileStorageBucket({ fileStorageBucket: ${name || '...'} })`,
  );
}
