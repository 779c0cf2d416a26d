/** Names of the environment variables through which functions are told about resources. */
import { contentHash } from '../hash.js';

/** Names of resources may hold characters that names of environment variables may not. */
export function variableName(prefix: string, name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_]/g, '_');
  return `${prefix}_${clean === name ? name : `${clean}_${contentHash(name).slice(0, 8)}`}`;
}
