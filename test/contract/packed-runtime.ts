// The store clients as a function's bundle has them: minified, with the SDK as packSdk packed it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { SdkReport } from '../../providers/aws/runtime/sdk/pack.mjs';
import type { StoreRuntime } from './dynamodb-backend.js';
import { repositoryRoot } from './repository-root.js';

const runtimeFolder = path.join(repositoryRoot, 'providers/aws/runtime');

export interface Packed {
  readonly folder: string;
  readonly report: SdkReport;
  remove(): void;
}

export async function packSdk(): Promise<Packed> {
  const packer = (await import(
    pathToFileURL(path.join(runtimeFolder, 'sdk/pack.mjs')).href
  )) as typeof import('../../providers/aws/runtime/sdk/pack.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'nimbusc-sdk-'));
  return { folder, report: await packer.packSdk(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Bundles a module of the AWS runtime beside the packed SDK, and loads it. */
export async function loadPacked<M>(module: string, folder: string): Promise<M> {
  const outfile = path.join(folder, `${module}.bundle.mjs`);
  await build({
    entryPoints: [path.join(runtimeFolder, `${module}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'packed-sdk',
        setup: (hooks) =>
          hooks.onResolve({ filter: /\/sdk\/[a-z]+\.js$/ }, ({ path: file }) => ({
            path: `./${path.basename(file, '.js')}.mjs`,
            external: true,
          })),
      },
    ],
  });
  return (await import(pathToFileURL(outfile).href)) as M;
}

export const loadPackedStores = async (folder: string): Promise<StoreRuntime> => ({
  'document-store': await loadPacked('document-store', folder),
  'key-value-store': await loadPacked('key-value-store', folder),
});
