// Bundles of functions as files, made when a function is first called. They lie where imports of packages lead to the project's.
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { LocalFunction } from '../function.js';
import type { DevBundles, DevCompiler, DevFunctionBundle } from './compiler.js';

export class Bundles {
  private readonly folder: string;
  private readonly files = new Map<string, Promise<string>>();
  private count = 0;
  private wanted: { readonly id: string; resolve(bundle: DevFunctionBundle): void; reject(error: Error): void }[] = [];

  constructor(
    private readonly projectDir: string,
    private readonly compiler: DevCompiler,
    private readonly bundled: (inputs: DevBundles['inputs']) => void,
  ) {
    const all = path.join(projectDir, 'node_modules', '.cache', 'nimbusc', 'dev');
    removeLeft(all);
    this.folder = path.join(all, String(process.pid));
  }

  /** The file of a function's code. */
  of(fn: LocalFunction): Promise<string> {
    let file = this.files.get(fn.id);
    if (file === undefined) {
      file = this.make(fn);
      this.files.set(fn.id, file);
      // After an error it is tried again.
      file.catch(() => this.files.delete(fn.id));
    }
    return file;
  }

  /** Makes them anew when they are asked for. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.files.delete(id);
  }

  close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async make(fn: LocalFunction): Promise<string> {
    const { code, map, files } = await this.bundle(fn.id);
    // Node never forgets a module, so each version has a name of its own.
    const folder = path.join(this.folder, `${fn.name.replace(/[^A-Za-z0-9]/g, '-')}-${++this.count}`);
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'index.mjs');
    fs.writeFileSync(file, `${code}//# sourceMappingURL=index.mjs.map\n`);
    const root = `${pathToFileURL(this.projectDir).href}/`;
    fs.writeFileSync(`${file}.map`, map.replace(/^\{/, `{"sourceRoot":${JSON.stringify(root)},`));
    for (const { name, content } of files) fs.writeFileSync(path.join(folder, name), content);
    return file;
  }

  /** Those that are asked for at the same time are bundled together. */
  private bundle(id: string): Promise<DevFunctionBundle> {
    return new Promise((resolve, reject) => {
      this.wanted.push({ id, resolve, reject });
      if (this.wanted.length === 1) setImmediate(() => void this.bundleWanted());
    });
  }

  private async bundleWanted(): Promise<void> {
    const { wanted } = this;
    this.wanted = [];
    try {
      const { bundles, diagnostics, inputs } = await this.compiler.bundle(wanted.map(({ id }) => id));
      this.bundled(inputs);
      for (const { id, resolve, reject } of wanted) {
        const bundle = bundles?.get(id);
        if (bundle === undefined) reject(new Error(`the function cannot be bundled:\n\n${diagnostics}`));
        else resolve(bundle);
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error as Error);
    }
  }
}

/** What processes have left that were killed. */
function removeLeft(folder: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    if (!/^\d+$/.test(name) || isAlive(Number(name))) continue;
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
