/**
 * A project in a folder of its own, made of texts, and the compiler for it. Nothing has to be installed there: imports of
 * 'nimbusc' mean the nimbusc under test, and the AWS SDK is left out of bundles unless a test asks for it.
 */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeHost } from '../../bin/node-host.js';
import { kindByName } from '../../compiler/kinds/index.js';
import { type BuildResult, build, type CheckResult, type CompileOptions, check } from '../../compiler/pipeline.js';
import type { PreparedModule, Provider } from '../../compiler/provider.js';
import { createAws } from '../../providers/aws/index.js';

/** The compiled tree that this file is part of. */
export const compiledBase = dirname(dirname(import.meta.dirname));

export interface TempProject {
  /** Absolute, without symbolic links. */
  readonly dir: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  makeFolder(path: string): void;
  removeFile(path: string): void;
  /** `from` is relative to the project; `to` is written as it is. */
  link(from: string, to: string): void;
  options(changes?: Partial<CompileOptions>): CompileOptions;
  check(changes?: Partial<CompileOptions>): Promise<CheckResult>;
  build(changes?: Partial<CompileOptions>): Promise<BuildResult>;
  remove(): void;
}

/**
 * Paths use forward slashes. Without any configuration among the files the project gets a nimbus.yml that only names it.
 * `below` are folders between the temporary folder and the project, for tests that care about the path.
 */
export function tempProject(files: Readonly<Record<string, string | Uint8Array>>, below: string = 'project'): TempProject {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-test-')));
  const dir = join(outer, below);
  mkdirSync(dir, { recursive: true });
  const options = (changes: Partial<CompileOptions> = {}): CompileOptions => ({ ...optionsFor(dir), ...changes });
  const project: TempProject = {
    dir,
    write(more) {
      for (const [path, content] of Object.entries(more)) {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), content);
      }
    },
    makeFolder: (path) => void mkdirSync(join(dir, path), { recursive: true }),
    removeFile: (path) => rmSync(join(dir, path)),
    link(from, to) {
      mkdirSync(dirname(join(dir, from)), { recursive: true });
      symlinkSync(to, join(dir, from));
    },
    options,
    check: (changes) => check(options(changes)),
    build: (changes) => build(options(changes)),
    remove: () => rmSync(outer, { recursive: true, force: true }),
  };
  const configured = ['nimbus.yml', 'nimbus.yaml', 'nimbus.json', 'package.json'].some((name) => name in files);
  project.write(configured ? files : { 'nimbus.yml': 'projectName: test\n', ...files });
  return project;
}

export function optionsFor(projectDir: string): CompileOptions {
  return {
    host: nodeHost,
    projectDir,
    configFile: null,
    stages: [],
    out: null,
    provider: awsWithoutSdk(),
    runtimeDir: join(compiledBase, 'runtime'),
    version: '0.0.0',
    toolId: null,
  };
}

/** As in a packed nimbusc, where the clients lie ready beside the bundles with the SDK; only that here they are empty. */
export function awsWithoutSdk(): Provider {
  const aws = createAws(compiledBase);
  const runtime = join(compiledBase, 'providers', 'aws', 'runtime');
  const { clientModule } = aws.bundle;
  const clients = readdirSync(runtime).filter((name) => {
    const kind = name.replace(/\.js$/, '');
    return name.endsWith('.js') && clientModule(kind) !== null && kindByName.get(kind)?.client !== undefined;
  });
  const prepared = new Map(
    clients.map((name): [string, PreparedModule] => [
      join(runtime, name),
      { files: [{ name: name.replace(/\.js$/, '.mjs'), path: join(import.meta.dirname, 'empty.js') }] },
    ]),
  );
  return { ...aws, bundle: { clientModule: (kind) => clientModule(kind), prepared } };
}
