import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  ClientBuilder,
  FileNotFoundException,
  HttpMethod,
  HttpServerlessFunction,
  PermissionException,
  UsesDocumentStore,
  UsesFileStorageBucket,
} from 'nimbusc';
import { Archive, Inbox, Seen } from './buckets.js';

interface Save {
  path: string;
  text: string;
  as: 'text' | 'bytes' | 'stream' | 'file';
  contentType?: string;
  tags?: Record<string, string>;
}

const inbox = ClientBuilder.getFileStorageClient(Inbox);
const byName = ClientBuilder.getFileStorageClient('E2E-Inbox');

export class Desk {
  private readonly seen = ClientBuilder.getDocumentStoreClient(Seen);

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'save' })
  @UsesFileStorageBucket({ fileStorageBucket: Inbox })
  async save({ path, text, as, ...options }: Save): Promise<void> {
    if (as === 'text') await inbox.saveFile(path, text, options);
    else if (as === 'bytes') await inbox.saveFile(path, Buffer.from(text), options);
    else if (as === 'stream') await inbox.saveFile(path, Readable.from([text.slice(0, 1), text.slice(1)]), options);
    else {
      await writeFile('/tmp/nimbusc-e2e-file', text);
      await inbox.saveFile(path, { file: '/tmp/nimbusc-e2e-file' }, options);
    }
  }

  /** A stream of many small pieces, longer than one part of an upload in parts. */
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'save-large' })
  @UsesFileStorageBucket({ bucketName: 'E2E-Inbox' })
  async saveLarge({ path, pieces }: { path: string; pieces: number }): Promise<void> {
    const make = function* () {
      for (let i = 0; i < pieces; i++) yield Buffer.alloc(100_000, i % 256);
    };
    await byName.saveFileWithContentType(path, Readable.from(make()), 'application/x-large');
  }

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'read' })
  @UsesFileStorageBucket({ fileStorageBucket: Inbox })
  async read({ path }: { path: string }): Promise<object> {
    try {
      const text = await byName.getFileAsString(path);
      let bytes = 0;
      for await (const chunk of await inbox.getFile(path)) bytes += (chunk as Uint8Array).length;
      return { text: text.slice(0, 1000), bytes };
    } catch (error) {
      return { missing: error instanceof FileNotFoundException, message: (error as Error).message };
    }
  }

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'delete' })
  @UsesFileStorageBucket({ fileStorageBucket: Inbox })
  async delete({ path }: { path: string }): Promise<void> {
    await inbox.deleteFile(path);
  }

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'list' })
  @UsesFileStorageBucket({ fileStorageBucket: Inbox })
  async list(): Promise<object> {
    return (await inbox.listFiles()).map(({ path, size, lastModified }) => ({ path, size, date: lastModified instanceof Date }));
  }

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'list-archive' })
  @UsesFileStorageBucket({ fileStorageBucket: Archive })
  async listArchive(): Promise<object> {
    const files = await ClientBuilder.getFileStorageClient(Archive).listFiles();
    return { count: files.length, last: files.at(-1) };
  }

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'undeclared' })
  async undeclared(): Promise<object> {
    // By a way that the compiler does not follow, or it would not compile this.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    const error: unknown = await builder
      .getFileStorageClient(Inbox)
      .listFiles()
      .catch((error: unknown) => error);
    return { denied: error instanceof PermissionException, message: (error as Error).message };
  }

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'seen' })
  @UsesDocumentStore(Seen)
  async all(): Promise<Seen[]> {
    return this.seen.getAll();
  }
}
