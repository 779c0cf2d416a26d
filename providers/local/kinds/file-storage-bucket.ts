// A bucket of files in memory, and the functions that its changes start.
import { Readable } from 'node:stream';
import { FileNotFoundException, NonRetryableException, RetryableException } from '../../../runtime/core/errors.js';
import type {
  FileContent,
  FileInformation,
  FileStorageClient,
  SaveFileOptions,
} from '../../../runtime/kinds/file-storage-bucket.js';
import type { Section } from '../data/data-folder.js';
import { bytesOf } from './file-content.js';
import { invokeAsync, type Node, type Surroundings } from './service.js';

const MOST_PATH_BYTES = 1024;
const MOST_TAGS = 10;

export interface LocalFile {
  readonly content: Uint8Array;
  readonly contentType: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModified: Date;
}

export class LocalBucketService {
  private readonly files = new Map<string, LocalFile>();
  /** Grows with each change. */
  revision = 0;

  constructor(
    public node: Node,
    private readonly around: Surroundings,
    /** What keeps the files; null: nothing does. */
    private readonly kept: Section | null = null,
  ) {
    for (const [path, value] of kept?.entries ?? []) {
      const content = (kept as Section).contentOf(path);
      this.files.set(path, { ...(value as Omit<LocalFile, 'content'>), content });
    }
  }

  /** Goes on with other settings. */
  update(node: Node): void {
    this.node = node;
  }

  get bucketName(): string {
    return this.node.options['bucketName'] as string;
  }

  get isWebsite(): boolean {
    return this.node.options['staticWebsite'] === true;
  }

  get indexFile(): string {
    return this.node.options['indexFile'] as string;
  }

  get errorFile(): string {
    return this.node.options['errorFile'] as string;
  }

  /** What `access-control-allow-origin` says to an origin; null: nothing. */
  allowedOrigin(origin: string | undefined): string | null {
    const allowed = (this.node.options['allowedCorsOrigins'] as string[]).map((one) => this.around.originOf(one));
    if (origin === undefined) return null;
    return allowed.includes('*') ? '*' : allowed.includes(origin) ? origin : null;
  }

  get(path: string): LocalFile | undefined {
    return this.files.get(path);
  }

  /** Sorted by the bytes of their paths. */
  list(): FileInformation[] {
    return [...this.files]
      .map(([path, { content, lastModified }]) => ({ path, size: content.length, lastModified }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  }

  client(): FileStorageClient {
    const saveFile = (path: string, content: FileContent, options: SaveFileOptions = {}): Promise<void> =>
      this.attempt(`save ${path} in`, async () => {
        this.check(path);
        const { tags = {}, contentType = 'application/octet-stream' } = options;
        if (Object.keys(tags).length > MOST_TAGS) throw new NonRetryableException('Object tags cannot be greater than 10');
        this.save(path, { content: await bytesOf(content), contentType, tags });
        await this.durable();
      });
    const read = (path: string): Promise<Uint8Array> =>
      this.attempt(`get ${path} from`, async () => {
        this.check(path);
        const file = this.files.get(path);
        if (file === undefined) throw new FileNotFoundException('The specified key does not exist.');
        return file.content;
      });
    return {
      saveFile,
      saveFileWithContentType: (path, content, contentType) => saveFile(path, content, { contentType }),
      getFile: async (path) => {
        const content = Buffer.from(await read(path));
        return Readable.from(content.length === 0 ? [] : [content], { objectMode: false });
      },
      getFileAsString: async (path) => Buffer.from(await read(path)).toString(),
      deleteFile: (path) =>
        this.attempt(`delete ${path} from`, async () => {
          this.check(path);
          if (!this.files.delete(path)) return;
          this.kept?.set(path, undefined);
          this.changed('ObjectRemoved:Delete', 'OBJECT_DELETED', path, undefined);
          await this.durable();
        }),
      listFiles: async () => this.list(),
    };
  }

  save(path: string, file: Omit<LocalFile, 'lastModified'>): void {
    const { content, ...rest } = { ...file, lastModified: new Date(this.around.activity.now()) };
    this.files.set(path, { content, ...rest });
    this.kept?.setFile(path, rest, content);
    this.changed('ObjectCreated:Put', 'OBJECT_CREATED', path, file.content.length);
  }

  /** Resolves when all that was saved and deleted is kept. */
  async durable(): Promise<void> {
    await this.kept?.durable();
  }

  /** Without an event: it is the same file. */
  replace(path: string, content: Uint8Array): void {
    const file = this.files.get(path);
    if (file === undefined) return;
    const { content: _, ...rest } = file;
    this.files.set(path, { content, ...rest });
    this.kept?.setFile(path, rest, content);
  }

  private changed(eventName: string, eventType: string, path: string, size: number | undefined): void {
    this.revision++;
    // As forms are encoded: docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    const key = encodeURIComponent(path).replaceAll('%20', '+').replaceAll('%2F', '/');
    const event = { Records: [{ eventName, s3: { object: { key, ...(size === undefined ? {} : { size }) } } }] };
    for (const listener of this.around.containedIn(this.node.id, 'file-listener')) {
      if (listener.options['eventType'] !== eventType) continue;
      for (const fn of this.around.triggeredBy(listener.id)) {
        invokeAsync(this.around.activity, fn, event, `bucket ${this.bucketName}`);
      }
    }
  }

  private check(path: string): void {
    if (path === '') throw new NonRetryableException('a file must have a path');
    if (Buffer.byteLength(path) > MOST_PATH_BYTES) throw new NonRetryableException('Your key is too long');
  }

  private async attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const Failure = [FileNotFoundException, RetryableException].find((one) => error instanceof one) ?? NonRetryableException;
      throw new Failure(`${what} ${this.node.name}: ${error.message}`, { cause: error });
    }
  }
}
