// The files that a project uploads into the buckets of a cloud, as a deployment leaves them there.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { LocalBucketService } from './kinds/file-storage-bucket.js';

/** An upload, as the plan tells of it. */
export interface Upload {
  /** The id of its bucket. */
  readonly bucket: string;
  readonly files: readonly UploadedFile[];
}

interface UploadedFile {
  readonly key: string;
  readonly contentType: string;
  /** Relative to the project. */
  readonly path: string;
  readonly variables: Variables;
}

type Variables = readonly { readonly name: string; readonly resource: string }[];

interface Template {
  readonly bucket: LocalBucketService;
  readonly key: string;
  readonly text: string;
  readonly variables: Variables;
  /** As it is in the bucket, unless that was changed. */
  filled: Uint8Array;
}

export class UploadedFiles {
  /** What was uploaded with URLs in it, by bucket and path. */
  private readonly templates = new Map<string, Template>();
  /** By bucket and path. */
  private readonly contents = new Map<string, Uint8Array>();

  /** @param urlOf what a variable stands for, by the id of its resource */
  constructor(
    private readonly buckets: ReadonlyMap<string, LocalBucketService>,
    private readonly urlOf: (resource: string) => string,
  ) {}

  /** Puts all files where they belong, and takes those back that the project uploads no more. */
  async deploy(uploads: readonly Upload[], projectDir: string): Promise<void> {
    const places = new Set<string>();
    for (const { bucket: id, files } of uploads) {
      const bucket = this.buckets.get(id);
      if (bucket === undefined) continue;
      for (const file of files) places.add(this.upload(bucket, file, projectDir));
    }
    for (const place of this.contents.keys()) if (!places.has(place)) await this.withdraw(place);
    for (const bucket of this.buckets.values()) await bucket.durable();
  }

  /** What was uploaded with other URLs, and is still as it was, gets those of now. */
  refill(): void {
    for (const [place, template] of this.templates) {
      const { bucket, key, text, variables } = template;
      if (bucket.get(key)?.content !== template.filled) continue;
      template.filled = this.filled(text, variables);
      this.contents.set(place, template.filled);
      bucket.replace(key, template.filled);
    }
  }

  private upload(bucket: LocalBucketService, file: UploadedFile, projectDir: string): string {
    const { key, contentType, variables } = file;
    const place = `${bucket.node.id} ${key}`;
    let content: Uint8Array = new Uint8Array(fs.readFileSync(path.join(projectDir, file.path)));
    if (variables.length > 0) {
      const text = Buffer.from(content).toString();
      content = this.filled(text, variables);
      this.templates.set(place, { bucket, key, text, variables, filled: content });
    }
    const before = this.contents.get(place);
    if (before !== undefined && Buffer.compare(before, content) === 0) return place;
    this.contents.set(place, content);
    const there = bucket.get(key);
    // As in AWS, where a deployment leaves a file alone that is the same.
    if (there?.contentType === contentType && Buffer.compare(there.content, content) === 0) return place;
    bucket.save(key, { content, contentType, tags: {} });
    return place;
  }

  private async withdraw(place: string): Promise<void> {
    const at = place.indexOf(' ');
    this.contents.delete(place);
    this.templates.delete(place);
    await this.buckets
      .get(place.slice(0, at))
      ?.client()
      .deleteFile(place.slice(at + 1));
  }

  private filled(text: string, variables: Variables): Uint8Array {
    let filled = text;
    for (const { name, resource } of variables) filled = filled.replaceAll(`\${${name}}`, () => this.urlOf(resource));
    return new Uint8Array(Buffer.from(filled));
  }
}
