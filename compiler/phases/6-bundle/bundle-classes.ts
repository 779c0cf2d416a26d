/**
 * In: imports of project classes. Out: one module that exports them, for the local cloud: with the project's files in it, its
 * packages left where they are, and `nimbusc` meaning the nimbusc that runs.
 */
import type { BundlerContext } from './bundle-functions.js';
import { entryPlugin } from './entry-plugin.js';

export interface ClassImport {
  /** As in `EntryModel.imports`. */
  readonly name: string;
  readonly from: string;
  /** The export. */
  readonly as: string;
}

/**
 * @param runtimeUrl the URL of the runtime's index
 * @param folder where the module will lie, relative to the project
 */
export async function bundleClasses(
  imports: readonly ClassImport[],
  context: BundlerContext,
  runtimeUrl: string,
  folder: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const { program } = context;
  const esbuild = await import('esbuild');
  const entry = imports.map(({ name, from, as }) => `export { ${name} as ${as} } from ${from};`).join('\n');
  try {
    const { outputFiles } = await esbuild.build({
      absWorkingDir: program.projectDir,
      entryPoints: [{ in: 'nimbusc-entry:classes', out: 'classes' }],
      bundle: true,
      write: false,
      outdir: folder,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      keepNames: true,
      legalComments: 'none',
      charset: 'utf8',
      sourcemap: 'inline',
      logLevel: 'silent',
      tsconfigRaw: program.emitOptions,
      plugins: [
        {
          name: 'nimbusc-local',
          setup: (build) => build.onResolve({ filter: /^nimbusc$/ }, () => ({ path: runtimeUrl, external: true })),
        },
        entryPlugin(new Map([['classes', entry]]), context),
      ],
    });
    return { text: outputFiles[0]?.text ?? '' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
