/**
 * Loads a large CommonJS file of the package from V8's code cache, which halves the time until the first command runs.
 * The cache lies beside the file, is bound to it by V8 itself (and refused by any other version), and is made when it is
 * missing and the folder can be written.
 */
import * as fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import * as path from 'node:path';
import process from 'node:process';
import * as vm from 'node:vm';
import { base } from './package-info.js';

const loaded = new Map<string, { readonly [name: string]: unknown }>();

export function loadVendored(name: string): { readonly [name: string]: unknown } {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const filename = path.join(base, 'vendor', name);
  const cacheFile = `${filename}.${process.version}-${process.arch}.cache`;
  const cachedData = readIfThere(cacheFile);
  const script = new vm.Script(Module.wrap(fs.readFileSync(filename, 'utf8')), {
    filename,
    ...(cachedData === null ? {} : { cachedData }),
  });
  const module = { exports: {} as { readonly [name: string]: unknown } };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, createRequire(filename), module, filename, path.dirname(filename));
  if (cachedData === null || script.cachedDataRejected === true) {
    // At the end, so that functions which were compiled on the way are in it too.
    process.once('exit', () => save(cacheFile, script));
  }
  loaded.set(name, module.exports);
  return module.exports;
}

function save(file: string, script: vm.Script): void {
  try {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, script.createCachedData());
    fs.renameSync(temporary, file);
  } catch {
    // A package folder that may not be written only costs time.
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return fs.readFileSync(file);
  } catch {
    return null;
  }
}
