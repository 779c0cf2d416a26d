/** Compiles generated clients as a user would whose flags are as strict as can be, without any types of an environment. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Project, ts } from 'ts-morph';
import { repositoryRoot } from './repository.js';
import { tempProject } from './temp-project.js';

const STRICT = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  allowUnreachableCode: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
};

/** What the client may meet: nothing but the language, a browser, Node. */
export const ENVIRONMENTS = {
  bare: { lib: ['es2020'], types: [] },
  browser: { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
  node: { lib: ['es2023'], types: ['node'] },
};

/** What the compiler says about files, by name; empty when it has nothing to say. */
export function compileClients(
  files: ReadonlyMap<string, string>,
  environment: keyof typeof ENVIRONMENTS = 'bare',
  more: { readonly [option: string]: unknown } = {},
): string {
  const typeRoots = [join(repositoryRoot, 'node_modules', '@types')];
  const compilerOptions = { ...STRICT, ...ENVIRONMENTS[environment], typeRoots, ...more };
  const project = tempProject(Object.fromEntries(files));
  try {
    project.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) });
    const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', project.dir], { encoding: 'utf8' });
    return stdout.replaceAll(`${project.dir}/`, '');
  } finally {
    project.remove();
  }
}

/** The same with the compiler that ts-morph brings: the last one that is written in JavaScript. */
export function compileWithOlder(text: string): readonly string[] {
  const { options } = ts.convertCompilerOptionsFromJson({ ...STRICT, ...ENVIRONMENTS.bare }, '/');
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: options });
  project.createSourceFile('client.ts', text);
  return project.getPreEmitDiagnostics().map((one) => ts.flattenDiagnosticMessageText(one.compilerObject.messageText, '\n'));
}
