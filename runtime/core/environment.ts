// Tells the environment client which variables the user set with @EnvironmentVariable; all others stay invisible, so
// that a handler cannot come to depend on what a provider happens to set. Works on any provider with `process.env`.

import type { EnvironmentVariableClient } from '../kinds/environment-variable.js';
import { bind } from './binding.js';

export interface EnvironmentData {
  readonly keys: readonly string[];
}

export function register(_target: null, { keys }: EnvironmentData): void {
  const containsKey = async (key: string): Promise<boolean> => keys.includes(key) && process.env[key] !== undefined;
  const client: EnvironmentVariableClient = {
    containsKey,
    get: async (key) => ((await containsKey(key)) ? process.env[key]! : null),
  };
  bind('environment-variable', null, client);
}
