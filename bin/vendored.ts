/**
 * Loads a large CommonJS file of the package from V8's code cache, which halves the time until a command runs. The cache lies
 * beside the file, is bound to it by V8 itself (and refused by any other version), and is made when it is missing and the
 * folder can be written.
 */
import * as fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import * as path from 'node:path';
import process from 'node:process';
import * as vm from 'node:vm';
import { base } from './package-info.js';

interface Exports {
  readonly [name: string]: unknown;
}

/** A cache has the functions that were called before it was made, so it matters who makes it. */
interface Use {
  readonly name: string;
  /** Asked at the end: true when most of what this use calls has been called. */
  isWhole(exports: Exports): boolean;
}

const loaded = new Map<string, Exports>();

export const isLoaded = (name: string): boolean => loaded.has(name);

/** `use`: has a cache of its own, once there is one; until then it takes what others have left. */
export function loadVendored(name: string, use: Use | null = null): Exports {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const filename = path.join(base, 'vendor', name);
  const common = `${filename}.${process.version}-${process.arch}`;
  const [shared, own] = [`${common}.cache`, use === null ? null : `${common}-${use.name}.cache`];
  const ofUse = own === null ? null : readIfThere(own);
  const cachedData = ofUse ?? readIfThere(shared);
  const script = new vm.Script(Module.wrap(fs.readFileSync(filename, 'utf8')), {
    filename,
    ...(cachedData === null ? {} : { cachedData }),
  });
  const module = { exports: {} as Exports };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, createRequire(filename), module, filename, path.dirname(filename));
  const { exports } = module;
  const isMissing = cachedData === null || script.cachedDataRejected === true;
  if (isMissing || (own !== null && ofUse === null)) {
    // At the end, so that functions which were compiled on the way are in it too; after a failure many of them are not.
    process.once('exit', (code) => {
      if (code !== 0) return;
      if (own !== null && use?.isWhole(exports)) save(own, script);
      else if (isMissing) save(shared, script);
    });
  }
  loaded.set(name, exports);
  return exports;
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
