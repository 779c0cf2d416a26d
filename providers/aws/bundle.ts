/**
 * What the bundler puts into functions for this provider: the client modules of the kinds, with the AWS SDK in them as
 * they were prepared when nimbusc was packed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleModules, PreparedModule } from '../../compiler/provider.js';
import { lowerings } from './kinds/index.js';

export function bundleModules(base: string): BundleModules {
  const runtime = join(base, 'providers', 'aws', 'runtime');
  let prepared: ReadonlyMap<string, PreparedModule> | null = null;
  return {
    clientModule(kind) {
      const lowering = Object.hasOwn(lowerings, kind) ? lowerings[kind as keyof typeof lowerings] : null;
      return lowering?.hasClient ? join(runtime, `${kind}.js`) : null;
    },
    get prepared() {
      prepared ??= preparedModules(runtime);
      return prepared;
    },
  };
}

/** By the path of the client module that they stand for; none in a development tree that is not packed. */
export function preparedModules(runtime: string): ReadonlyMap<string, PreparedModule> {
  const folder = join(runtime, 'prepared');
  const list = join(folder, 'prepared.json');
  if (!existsSync(list)) return new Map();
  const { modules, packed } = JSON.parse(readFileSync(list, 'utf8')) as PreparedList;
  return new Map(
    Object.entries(modules).map(([name, files]) => [
      join(runtime, `${name}.js`),
      {
        files: files.map((file) => ({
          name: file,
          path: join(folder, file),
          packed: { ...packedOf(packed, file), path: join(folder, `${file}.deflate`) },
        })),
      },
    ]),
  );
}

/** Written by packing. */
interface PreparedList {
  readonly modules: { readonly [name: string]: readonly string[] };
  readonly packed: { readonly [file: string]: { readonly crc: number; readonly size: number } };
}

function packedOf(packed: PreparedList['packed'], file: string): { readonly crc: number; readonly size: number } {
  const found = packed[file];
  if (found === undefined) throw new Error(`a file of nimbusc is missing: ${file}.deflate`);
  return found;
}
