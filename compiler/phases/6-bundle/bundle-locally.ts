/**
 * In: functions that somebody wants to run here and now. Out: their bundles as files, not zipped, with the client modules of
 * whoever runs them, and what they were made of. Packages that are not bundled stay where they are.
 */
import { hashOf } from '../../hash.js';
import * as paths from '../../paths.js';
import { type BundlerContext, bundled, type FunctionToBundle, inputsOf, mapText, withRequire } from './bundle-functions.js';
import { entryModel } from './entry-source.js';

export interface LocalBundle {
  readonly code: string;
  /** Sources are relative to the project's folder. */
  readonly map: string;
  /** Files that the code looks for beside itself. */
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
  /** The files that it was made of, relative to the project, with what they were. */
  readonly inputs: BundleInputs;
}

export type BundleInputs = readonly (readonly [path: string, state: string])[];

/** In the order asked for; null when errors were reported. */
export async function bundleLocally(
  functions: readonly FunctionToBundle[],
  context: BundlerContext,
): Promise<readonly LocalBundle[] | null> {
  const jobs = functions.map((fn) => ({ functions: [fn], entry: entryModel(fn.input) }));
  const made = await bundled(jobs, context);
  if (made === null) return null;
  const outputs = new Map(made.outputFiles.map((file) => [paths.relative(context.program.projectDir, file.path), file]));
  return made.names.map((name): LocalBundle => {
    const path = `bundle/${name}.mjs`;
    const { imports = [] } = made.metafile.outputs[path] ?? {};
    const code = withRequire(outputs.get(path)?.text ?? '');
    const files = imports.flatMap(({ path: beside, external }) => {
      const file = external ? undefined : outputs.get(beside);
      return file === undefined ? [] : [{ name: beside.slice(beside.lastIndexOf('/') + 1), content: file.contents }];
    });
    const { files: project } = inputsOf(made.metafile, path);
    return {
      code: code.text,
      map: mapText(outputs.get(`${path}.map`)?.text ?? '', code.linesAdded),
      files,
      inputs: project.map((input) => [input, inputState(input, context)] as const),
    };
  });
}

/** What a file is to bundles; changes whenever one could become another. */
export function inputState(path: string, { program, host, decoratorRanges }: BundlerContext): string {
  if (!program.has(path)) return host.signature(paths.join(program.projectDir, path)) ?? '';
  const targets = (program.facts(path)?.specifiers ?? []).map((one) => JSON.stringify(program.resolve(path, one)));
  return hashOf(program.hash(path), JSON.stringify(decoratorRanges.get(path) ?? []), targets.join());
}
