/** The one esbuild call of both floors: every handler file an entry, minified, the AWS SDK left out. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export const FLOOR_OUTPUT = 'floor.out';

export interface Bundle {
  /** Of the source file, relative to the project: `src/handlers/read-account-0000.ts`. */
  readonly source: string;
  readonly code: Uint8Array;
}

export function handlerSources(project: string): string[] {
  return readdirSync(join(project, 'src/handlers'))
    .sort()
    .map((name) => `src/handlers/${name}`);
}

/** Bundles to memory, or with `outdir` to files, and then returns none. */
export async function bundle(project: string, sources: readonly string[], outdir?: string): Promise<Bundle[]> {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: [...sources],
    outdir: outdir ?? FLOOR_OUTPUT,
    write: outdir !== undefined,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['@aws-sdk/*'],
    alias: { nimbusc: join(import.meta.dirname, 'nimbusc-stub.js') },
    logLevel: 'error',
  });
  // esbuild gives its outputs in the order of the entries.
  return (outputFiles ?? []).map((file, index) => ({ source: sources[index] ?? '', code: file.contents }));
}
