/** In: texts and bundles. Out: files of a stage's output. */
import { contentHash } from '../../hash.js';
import type { StageOutput } from './write-output.js';

export interface ZipAndMap {
  readonly sha256: string;
  readonly packedBytes: number;
  readonly zip: () => Uint8Array;
  readonly mapSha256: string;
  readonly mapBytes: number;
  readonly map: () => Uint8Array;
}

/** The zip, and its source map beside it where that is not inside. */
export function artifactFiles(path: string, bundle: ZipAndMap, mapInside: boolean): StageOutput['files'] {
  const zip = { path, sha256: bundle.sha256, bytes: bundle.packedBytes, content: bundle.zip };
  const map = { path: path.replace(/\.zip$/, '.mjs.map'), sha256: bundle.mapSha256, bytes: bundle.mapBytes, content: bundle.map };
  return mapInside ? [zip] : [zip, map];
}

export function textFile(path: string, content: string): StageOutput['files'][number] {
  const bytes = new TextEncoder().encode(content);
  return { path, sha256: contentHash(bytes), bytes: bytes.length, content: () => bytes };
}
