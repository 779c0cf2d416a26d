/** SHA-256, the one hash of nimbusc: of cache keys, manifests and names that had to be cut. */
import { createHash } from 'node:crypto';

/** Hex SHA-256 of a text (as UTF-8) or of bytes. */
export function contentHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** One hash of several parts; parts cannot run into each other. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
