/** Which files a local path means; reports what cannot be uploaded. Not a kind itself. */

import { compareText, type Spanned } from '../ir/span.js';
import { normalise } from '../paths.js';
import type { LinkContext, ProjectFile } from './definition.js';
import { uploadCodes } from './file-upload-codes.js';

export interface Found {
  /** Normalised, relative to the project's folder. */
  readonly path: string;
  /** The path is a file's, and no folder's. */
  readonly single: boolean;
  /** Sorted by path. `relative` is the path in the folder, or the name of the single file. */
  readonly files: readonly { readonly file: ProjectFile; readonly relative: string }[];
}

/** Null when it was reported why nothing can be uploaded. */
export function filesAt(localPath: Spanned<string>, context: LinkContext): Found | null {
  const report = context.sink.for(uploadCodes);
  const path = normalise(localPath.value.replaceAll('\\', '/')).replace(/\/+$/, '');
  if (path.startsWith('/') || path === '..' || path.startsWith('../') || /^[A-Za-z]:/.test(path)) {
    report.report('NIM6303', { path: localPath.value, link: null }, localPath.span);
    return null;
  }
  const kind = context.files.kind(path);
  if (kind === null) {
    report.report('NIM6301', { path: localPath.value }, localPath.span);
    return null;
  }
  const walk = new Walk(path, localPath, context);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kind === 'folder') walk.folder(path, []);
  else walk.file(path, name);
  if (walk.failed) return null;
  if (walk.files.length === 0) report.report('NIM6304', { path: localPath.value }, localPath.span);
  return {
    path,
    single: kind !== 'folder',
    files: walk.files.sort((a, b) => compareText(a.relative, b.relative)),
  };
}

class Walk {
  readonly files: { readonly file: ProjectFile; readonly relative: string }[] = [];
  failed = false;

  constructor(
    private readonly root: string,
    private readonly localPath: Spanned<string>,
    private readonly context: LinkContext,
  ) {}

  /** `above`: the real paths of the folders that lead here. */
  folder(path: string, above: readonly string[]): void {
    const real = this.allowed(path);
    if (real === null) return;
    if (above.includes(real)) {
      this.unreadable(path, 'is a link to a folder that it lies in');
      return;
    }
    const entries = this.context.files.list(path);
    if (entries === null) {
      this.unreadable(path, 'may not be read');
      return;
    }
    for (const { name, kind } of [...entries].sort((a, b) => compareText(a.name, b.name))) {
      const below = path === '.' ? name : `${path}/${name}`;
      if (kind === 'folder') this.folder(below, [...above, real]);
      else this.file(below, this.root === '.' ? below : below.slice(this.root.length + 1));
    }
  }

  file(path: string, relative: string): void {
    if (this.context.files.kind(path) !== 'file') {
      this.unreadable(path, 'is neither a file nor a folder, or a link that leads nowhere');
      return;
    }
    if (this.allowed(path) === null) return;
    const file = this.context.files.read(path);
    if (file === null) this.unreadable(path, 'may not be read, or is larger than 2 GB');
    else this.files.push({ file, relative });
  }

  /** The real path, when it lies in the project and has nothing to do with the output. */
  private allowed(path: string): string | null {
    const { files, sink } = this.context;
    const real = files.real(path);
    const report = sink.for(uploadCodes);
    if (real === '..' || real.startsWith('../') || real.startsWith('/') || /^[A-Za-z]:/.test(real)) {
      this.failed = true;
      const link = path === this.root ? null : path;
      report.report('NIM6303', { path: this.localPath.value, link: link ?? path }, this.localPath.span);
      return null;
    }
    const within = (inner: string, outer: string): boolean => outer === '' || inner === outer || inner.startsWith(`${outer}/`);
    if (within(real, files.out) || within(files.out, real)) {
      this.failed = true;
      report.report('NIM6309', { path: this.localPath.value, out: files.out }, this.localPath.span);
      return null;
    }
    return real;
  }

  private unreadable(path: string, problem: string): void {
    this.failed = true;
    this.context.sink.for(uploadCodes).report('NIM6302', { path, problem }, this.localPath.span);
  }
}
