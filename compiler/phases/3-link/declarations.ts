/**
 * In: a use of a client that its function does not declare. Out: the decorator that is missing, and the change of the source
 * that adds it with its imports. Where the change is not plain to see, there is none; the message says what to write.
 */
import type { Fix, TextEdit } from '../../diagnostics/diagnostic.js';
import type { ImportFact } from '../../ir/facts.js';
import type { FunctionNode } from '../../ir/graph.js';
import type { ReachedClient } from '../../ir/reached.js';
import { compareText, type ProjectPath } from '../../ir/span.js';
import { type Kind, permittingDecorator } from '../../kinds/definition.js';
import type { ModuleGraph } from '../2-read/module-graph.js';

/** What is not declared, and where. */
export interface Needed {
  readonly stages: readonly string[];
  readonly operations: readonly string[];
}

export interface Declarations {
  missing(
    fn: FunctionNode,
    client: ReachedClient,
    kind: Kind,
    needed: Needed,
  ): { readonly decorator: string; readonly fix: Fix | null };
}

/** A name as a file can write it, and what has to be added to the file for that. */
interface Written {
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

export function declarations(
  modules: ModuleGraph,
  textOf: (file: ProjectPath) => string | null,
  defaultStages: readonly string[],
): Declarations {
  return {
    missing(fn, client, kind, { stages, operations }) {
      const { target, method } = client;
      const spec = permittingDecorator(kind, operations);
      const isDefault = [...stages].sort(compareText).join() === [...defaultStages].sort(compareText).join();
      const write = (decorator: string, name: string | null): string => {
        const text = target.of === 'text' ? target.text : target.of === 'unknown' ? '...' : null;
        const options = [...(kind.permits?.({ class: name, text, method }) ?? [])];
        const [only, ...others] = options;
        if (only !== undefined && others.length === 0 && isDefault && typeof spec?.form === 'object')
          return `@${decorator}(${only.value})`;
        if (!isDefault) options.push({ option: 'stages', value: `[${stages.map((stage) => `'${stage}'`).join(', ')}]` });
        const list = options.map(({ option, value }) => `${option}: ${value}`).join(', ');
        return list === '' ? `@${decorator}()` : `@${decorator}({ ${list} })`;
      };
      const plain = write(spec?.name ?? '', target.of === 'class' ? target.name : null);
      const text = textOf(fn.module);
      if (spec === undefined || text === null || target.of === 'unknown') return { decorator: plain, fix: null };
      const file = new SourceFile(fn.module, text, modules);
      const decorator = file.nimbus(spec.name);
      const named = target.of === 'class' ? file.classNamed(target.file, target.local) : { name: null, edits: [] };
      // A method that is inherited has its decorators in another file.
      if (decorator === null || named === null || fn.source.file !== fn.module) return { decorator: plain, fix: null };
      const line = write(decorator.name, named.name);
      const edits = [...decorator.edits, ...named.edits, file.afterDecorator(fn.source.start, fn.source.end, line)];
      return { decorator: plain, fix: { title: `add ${line} to ${fn.name}`, edits } };
    },
  };
}

/** A source file, as far as changing it goes. */
class SourceFile {
  private readonly imports: readonly ImportFact[];
  private readonly newline: string;

  constructor(
    private readonly file: ProjectPath,
    private readonly text: string,
    private readonly modules: ModuleGraph,
  ) {
    this.imports = modules.facts(file).imports;
    this.newline = text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** A decorator below another one: on a line of its own if that one is. */
  afterDecorator(start: number, end: number, decorator: string): TextEdit {
    const before = this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start);
    const newText = /^\s*$/.test(before) ? `${this.newline}${before}${decorator}` : ` ${decorator}`;
    return this.insert(end, newText);
  }

  nimbus(name: string): Written | null {
    for (const { local } of this.imports) {
      const binding = this.modules.lookup(this.file, local);
      if (binding.of === 'nimbus' && binding.name === name && !this.isTypeOnly(local)) return { name: local, edits: [] };
      if (binding.of === 'nimbus-module') return { name: `${local}.${name}`, edits: [] };
    }
    return this.isTaken(name) ? null : { name, edits: [this.addImport('nimbusc', name)] };
  }

  /** A class of the project. */
  classNamed(file: ProjectPath, local: string): Written | null {
    if (local === '') return null;
    if (file === this.file) return { name: local, edits: [] };
    for (const one of this.imports) {
      const binding = this.modules.lookup(this.file, one.local);
      if (binding.of !== 'value' || binding.file !== file || binding.name !== local) continue;
      return this.isTypeOnly(one.local) ? this.withoutType(one) : { name: one.local, edits: [] };
    }
    const [exported] = this.modules.exportNames(file, local);
    if (exported === undefined || exported === 'default' || this.isTaken(exported)) return null;
    return { name: exported, edits: [this.addImport(this.specifierOf(file), exported)] };
  }

  private isTaken(name: string): boolean {
    const { values, types } = this.modules.facts(this.file);
    return name in values || name in types || this.imports.some((one) => one.local === name);
  }

  private insert(at: number, newText: string): TextEdit {
    return { span: { file: this.file, start: at, end: at }, newText };
  }

  private isTypeOnly(local: string): boolean {
    const one = this.imports.find((entry) => entry.local === local);
    return one !== undefined && (/^type\s/.test(this.text.slice(...one.at)) || this.isTypeClause(one));
  }

  /** `import type { ... }` */
  private isTypeClause({ at }: ImportFact): boolean {
    return /^import\s+type\b/.test(this.text.slice(this.text.lastIndexOf('import', at[0])));
  }

  /** `type User` in an import becomes `User`. */
  private withoutType(one: ImportFact): Written | null {
    if (this.isTypeClause(one)) return null;
    const [word = ''] = /^type\s+/.exec(this.text.slice(...one.at)) ?? [];
    const span = { file: this.file, start: one.at[0], end: one.at[0] + word.length };
    return { name: one.local, edits: [{ span, newText: '' }] };
  }

  private addImport(from: string, name: string): TextEdit {
    const beside = this.imports.findLast(
      (one) => one.from === from && one.name !== '*' && this.isNamed(one) && !this.isTypeClause(one),
    );
    if (beside !== undefined) {
      const [start, end] = beside.at;
      const before = this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start);
      // One name on each line stays so.
      return this.insert(end, /^\s*$/.test(before) ? `,${this.newline}${before}${name}` : `, ${name}`);
    }
    const last = this.imports.findLast(() => true);
    const line = `import { ${name} } from '${from}';`;
    if (last === undefined) return this.insert(this.start(), `${line}${this.newline}`);
    const end = /['"][^'"\n]*['"]\s*(with\s*\{[^}]*\}\s*)?;?/.exec(this.text.slice(last.at[1]));
    return this.insert(last.at[1] + (end === null ? 0 : end.index + end[0].length), `${this.newline}${line}`);
  }

  /** After `#!` and comments at the head of the file. */
  private start(): number {
    return /^(\uFEFF?(#![^\n]*\n)?(\s*(\/\/[^\n]*\n|\/\*[\s\S]*?\*\/[ \t]*\r?\n))*)/.exec(this.text)?.[0].length ?? 0;
  }

  private isNamed({ at }: ImportFact): boolean {
    return /[{,]\s*(\/\*[\s\S]*?\*\/\s*)?$/.test(this.text.slice(0, at[0])) && !/\*\s+as\s/.test(this.text.slice(...at));
  }

  /** Relative, with the ending that the file's other imports have. */
  private specifierOf(file: ProjectPath): string {
    const from = this.file.split('/').slice(0, -1);
    const to = file.split('/');
    let common = 0;
    while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
    const up = from.length - common;
    const path = [...(up === 0 ? ['.'] : Array.from({ length: up }, () => '..')), ...to.slice(common)].join('/');
    const other = this.imports.find((one) => one.from.startsWith('.'))?.from ?? './x.js';
    const stem = path.replace(/\.([cm]?)[jt]sx?$/, '');
    if (/\.[cm]?tsx?$/.test(other)) return path;
    const [, flavour = ''] = /\.([cm]?)tsx?$/.exec(path) ?? [];
    return /\.[cm]?jsx?$/.test(other) ? `${stem}.${flavour}js` : stem;
  }
}
