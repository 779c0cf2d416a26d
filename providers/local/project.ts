// In: where a test runs, or a project's folder. Out: the project as the compiler sees it, which a process of its own finds out
// once; and its classes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CLASSES_FOLDER, classExport, type LocalPlan, type LocalPlanResult } from '../../compiler/local-plan.js';

export type Class = new (...args: never[]) => object;

export interface LocalProject {
  readonly dir: string;
  readonly plan: LocalPlan;
  /** The module of all classes that entries import, loaded when it is first asked for. */
  classes(): Promise<{ readonly [name: string]: unknown }>;
}

const CONFIGURATIONS = ['nimbus.yml', 'nimbus.yaml', 'nimbus.json'];

/** The nearest folder, from `from` upwards, that has a configuration of nimbusc. */
export function findProject(from: string): string {
  for (let dir = path.resolve(from); ; dir = path.dirname(dir)) {
    if (CONFIGURATIONS.some((name) => fs.existsSync(path.join(dir, name))) || configuresInPackage(dir)) return dir;
    if (path.dirname(dir) === dir)
      throw new Error(
        `no project of nimbusc in ${from} or above it: there is no nimbus.yml; say where it is: { project: '...' }`,
      );
  }
}

function configuresInPackage(dir: string): boolean {
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8')) as { nimbus?: unknown };
    return manifest.nimbus !== undefined;
  } catch {
    return false;
  }
}

const known = new Map<string, Promise<LocalPlanResult>>();

/** @param stage null: `dev` where there is one, else the first */
export async function loadProject(dir: string, stage: string | null): Promise<LocalProject> {
  const key = `${dir}\0${stage ?? ''}`;
  let result = known.get(key);
  if (result === undefined) {
    result = compile(dir, stage);
    known.set(key, result);
    // A project that is mended is looked at again.
    result.then(({ failed }) => failed && known.delete(key)).catch(() => known.delete(key));
  }
  const { diagnostics, failed, plans, classes } = await result;
  if (failed) throw new Error(`the project in ${dir} has errors:\n\n${diagnostics}`);
  const plan = plans.find((one) => one.stage === (stage ?? 'dev')) ?? plans[0];
  if (plan === undefined) throw new Error(`the project in ${dir} has nothing that could be deployed`);
  return { dir, plan, classes: () => importClasses(dir, classes) };
}

const compilerFile = fileURLToPath(new URL('../../bin/local-plan.js', import.meta.url));

function compile(dir: string, stage: string | null): Promise<LocalPlanResult> {
  // Loaders and hooks of a test runner have no business in the compiler.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = [compilerFile, dir, ...(stage === null ? [] : [stage])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, maxBuffer: 1 << 30, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as LocalPlanResult);
      else reject(new Error(`nimbusc could not look at the project in ${dir}: ${stderr || error.message}`));
    });
  });
}

/** Loads the module of all classes that entries import. */
export async function importClasses(
  dir: string,
  classes: LocalPlanResult['classes'],
): Promise<{ readonly [name: string]: unknown }> {
  if ('problem' in classes) throw new Error(`the classes of the project in ${dir} cannot be loaded: ${classes.problem}`);
  const { text } = classes;
  const folder = path.join(dir, CLASSES_FOLDER);
  const file = path.join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.mjs`);
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  }
  return (await import(pathToFileURL(file).href)) as { readonly [name: string]: unknown };
}

/**
 * What imports of entries stand for: the classes that a test has given, by their names, and those of the project's own
 * module for the others.
 */
export class ProjectClasses {
  private readonly given: ReadonlyMap<string, Class>;
  private module: { readonly [name: string]: unknown } | null = null;

  constructor(
    private readonly project: LocalProject,
    given: readonly Class[],
  ) {
    this.given = new Map(given.map((one) => [nameOf(one), one]));
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  /** Loads what is needed and was not given. */
  async prepare(imports: LocalPlan['clients']['model']['imports'], names: (one: { name: string; from: string }) => string) {
    if (imports.every((one) => this.given.has(names(one)))) return;
    this.module ??= await this.project.classes();
  }

  get(one: { readonly name: string; readonly from: string }, name: string): Class {
    const found = this.given.get(name) ?? this.module?.[classExport(one.from, one.name)];
    if (typeof found !== 'function') throw new Error(`${name} of ${one.from} is no class that the local cloud could load`);
    return found as Class;
  }
}

/** As the source has it: transpilers rename some classes to `_Name`. */
export const nameOf = (one: { readonly name: string }): string => one.name.replace(/^_+(?=[A-Za-z])/, '');

/** The class that an import of an entry means, by its name inside its module. */
export const localName = (name: string): string => name.replace(/^__nimbus_/, '');
