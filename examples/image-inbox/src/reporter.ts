import { BasicServerlessFunction, ClientBuilder, UsesDocumentStore, UsesFileStorageBucket } from 'nimbusc';
import { Summaries } from './buckets.js';
import { ImageRecord } from './image-record.js';

/** Writes down, once a day, what lies in the inbox. */
export class Reporter {
  private readonly records = ClientBuilder.getDocumentStoreClient(ImageRecord);
  private readonly summaries = ClientBuilder.getFileStorageClient(Summaries);

  /** Gives the path of the file. */
  @BasicServerlessFunction({ cron: 'cron(0 6 * * ? *)' })
  @UsesDocumentStore(ImageRecord)
  @UsesFileStorageBucket({ fileStorageBucket: Summaries })
  async writeSummary(): Promise<string> {
    const path = `${new Date().toISOString().slice(0, 10)}.txt`;
    const summary = summaryOf(await this.records.getAll());
    await this.summaries.saveFile(path, summary, { contentType: 'text/plain; charset=utf-8' });
    return path;
  }
}

function summaryOf(images: readonly ImageRecord[]): string {
  const bytes = images.reduce((sum, { size }) => sum + size, 0);
  const lines = images.map(({ path, size }) => `${path}: ${size} bytes`).sort();
  return [`${images.length} images, ${bytes} bytes`, ...lines, ''].join('\n');
}
