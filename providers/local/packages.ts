// Packages of the project that clients need: drivers of databases. They are loaded from the project, when they are first used.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { NonRetryableException } from '../../runtime/core/errors.js';

/** What stands for an import of a package in an entry. */
export class PackageImport {
  constructor(
    readonly from: string,
    readonly name: string,
  ) {}

  /** @param by what needs it, for the message when it is not installed */
  load(projectDir: string, by: string): unknown {
    const module = loadPackage(projectDir, this.from);
    if (module === undefined) throw new NonRetryableException(`${by} needs the package ${this.from}, which is not installed`);
    const { name } = this;
    return name === 'default' ? module : (module as Record<string, unknown>)[name];
  }
}

/** Undefined when it is not installed. */
export const loadPackage = (projectDir: string, name: string): unknown =>
  isInstalled(projectDir, name) ? requireOf(projectDir)(name) : undefined;

export function isInstalled(projectDir: string, name: string): boolean {
  try {
    requireOf(projectDir).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const requireOf = (projectDir: string): NodeJS.Require => createRequire(path.join(projectDir, 'package.json'));

/** The version of an installed package. Few of them let their package.json be imported. */
export function packageVersion(projectDir: string, name: string): string {
  const folder = path.join('node_modules', ...name.split('/'));
  const file = requireOf(projectDir).resolve(name);
  const manifest = path.join(file.slice(0, file.lastIndexOf(folder) + folder.length), 'package.json');
  return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }).version;
}
