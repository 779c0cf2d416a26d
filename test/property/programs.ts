/**
 * Programs of constants: declarations in several files that refer to each other in every way that has a value at compile
 * time. Each expression is made for a type, so that it means something, and so that most have finite values.
 */
import fc from 'fast-check';

/** `path` of a file to its text, in the order in which JavaScript would run them. */
export interface Program {
  readonly files: ReadonlyMap<string, string>;
  /** The constants of each file. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

type Type =
  | { readonly t: 'num' | 'str' | 'bool' | 'nullish' | 'prim' | 'opaque' }
  | { readonly t: 'arr'; readonly items: readonly Type[] }
  | { readonly t: 'obj'; readonly fields: ReadonlyMap<string, Type> };

interface Typed {
  readonly code: string;
  readonly type: Type;
}

type Choose = (max: number) => number;

const NUM: Type = { t: 'num' };
const STR: Type = { t: 'str' };
const BOOL: Type = { t: 'bool' };
const NULLISH: Type = { t: 'nullish' };
const PRIM: Type = { t: 'prim' };

/** `wild`: operators on whatever primitives there are, as JavaScript allows; numbers may then be no numbers. */
export const programArbitrary = (wild: boolean): fc.Arbitrary<Program> =>
  fc.array(fc.nat(0xffff), { maxLength: 800, size: 'max' }).map((tape) => {
    // Shorter tapes and smaller numbers make simpler programs, which is what a failure is shrunk to.
    let at = 0;
    return new Writer((max) => (tape[at++] ?? 0) % (max + 1), wild).program();
  });

/** What other files may take from a file. */
interface Exported {
  readonly file: number;
  readonly name: string;
  readonly members: readonly Typed[];
}

class Writer {
  private readonly files = new Map<string, string>();
  private readonly names = new Map<string, string[]>();
  private readonly exported: Exported[] = [];
  /** The barrel file of the file that is being written: everything of the files before it. */
  private barrel: string[] = [];
  private readonly defaults = new Map<number, Type>();
  private counter = 0;
  private lines: string[] = [];
  /** What can be named in the file that is being written. */
  private scope: Typed[] = [];
  private own: string[] = [];

  constructor(
    private readonly choose: Choose,
    private readonly wild: boolean,
  ) {}

  program(): Program {
    const count = 1 + this.choose(2);
    for (let file = 0; file < count; file++) this.file(file);
    return { files: this.files, names: this.names };
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.choose(list.length - 1)] as T;
  }

  private fresh(prefix: string): string {
    this.counter += 1;
    return `${prefix}${this.counter}`;
  }

  // --- declarations

  private file(file: number): void {
    this.lines = [];
    this.scope = [];
    this.own = [];
    this.barrel = Array.from({ length: file }, (_, i) => `export * from './f${i}.js';`);
    if (file > 0) this.imports(`./barrel${file}.js`);
    const declarations = 2 + this.choose(5);
    for (let i = 0; i < declarations; i++) {
      const declare = this.pick([this.constant, this.constant, this.constant, this.enumeration, this.statics, this.pattern]);
      declare.call(this, file);
    }
    if (this.choose(2) === 0) {
      const value = this.any(1);
      this.lines.push(`export default ${value.code};`);
      this.own.push('default');
      this.defaults.set(file, value.type);
    }
    this.files.set(`src/barrel${file}.ts`, this.barrel.join('\n'));
    this.files.set(`src/f${file}.ts`, this.lines.join('\n'));
    this.names.set(`src/f${file}.ts`, this.own);
  }

  private add(file: number, name: string, members: readonly Typed[]): void {
    this.exported.push({ file, name, members });
    this.scope.push(...members);
  }

  private imports(barrel: string): void {
    const from = (file: number): string => (this.choose(2) === 0 ? barrel : `./f${file}.js`);
    const bring = (members: readonly Typed[], name: string, as: string): void => {
      this.scope.push(...members.map((m) => ({ ...m, code: as + m.code.slice(name.length) })));
    };
    for (const { file, name, members } of this.exported) {
      const way = this.choose(4);
      const alias = this.fresh('i');
      if (way === 0) this.lines.push(`import { ${name} } from '${from(file)}';`);
      else if (way === 1) this.lines.push(`import { ${name} as ${alias} } from '${from(file)}';`);
      else if (way === 2) this.lines.push(`import * as ${alias} from '${from(file)}';`);
      else if (way === 3) {
        // Through the barrel, which gives it a third name.
        this.barrel.push(`export { ${name} as ${alias}_ } from './f${file}.js';`);
        this.lines.push(`import { ${alias}_ as ${alias} } from '${barrel}';`);
      } else continue;
      bring(members, name, way === 0 ? name : way === 2 ? `${alias}.${name}` : alias);
    }
    for (const [file, type] of this.defaults) {
      const name = this.fresh('d');
      this.lines.push(
        this.choose(1) === 0 ? `import ${name} from './f${file}.js';` : `import { default as ${name} } from './f${file}.js';`,
      );
      this.scope.push({ code: name, type });
    }
  }

  private constant(file: number): void {
    const name = this.fresh('c');
    const { code, type } = this.any(3);
    const dressed = this.pick([
      code,
      code,
      `(${code})`,
      `${code} as const`,
      `${code} satisfies unknown`,
      `(${code})!`,
      `/* ) */ ${code} // '`,
    ]);
    this.own.push(name);
    if (this.choose(4) === 0) this.lines.push(`const ${name} = ${dressed}\n;`, `export { ${name} };`);
    else this.lines.push(`export const ${name} = ${dressed}\n;`);
    this.add(file, name, [{ code: name, type }]);
  }

  private enumeration(file: number): void {
    const name = this.fresh('E');
    const members: { name: string; type: Type }[] = [];
    const parts: string[] = [];
    let counts = true;
    for (let i = 0; i <= this.choose(4); i++) {
      const member = `M${i}`;
      const numbers = members.filter((m) => m.type === NUM);
      const way = this.choose(5);
      if (way === 0 && counts) parts.push(member);
      else if (way === 1) {
        parts.push(`${member} = ${this.choose(40)}`);
        counts = true;
      } else if (way === 2 && numbers.length > 0) {
        parts.push(`${member} = ${this.pick(numbers).name} ${this.pick(['+', '|', '<<', '*'])} ${this.choose(4)}`);
        counts = false;
      } else if (way === 3 && numbers.length > 0) {
        parts.push(`${member} = ${name}.${this.pick(numbers).name}`);
        counts = false;
      } else if (way === 4) {
        parts.push(`'${member}' = ${this.literal('str')}`);
        counts = false;
        members.push({ name: member, type: STR });
        continue;
      } else {
        parts.push(`${member} = ${this.num(1)}`);
        counts = false;
      }
      members.push({ name: member, type: NUM });
    }
    this.lines.push(`export ${this.choose(2) === 0 ? 'const ' : ''}enum ${name} { ${parts.join(', ')} }`);
    this.add(
      file,
      name,
      members.map((m) => ({ code: this.choose(1) === 0 ? `${name}.${m.name}` : `${name}['${m.name}']`, type: m.type })),
    );
  }

  private statics(file: number): void {
    const name = this.fresh('K');
    const members: Typed[] = [];
    const fields: string[] = [];
    for (let i = 0; i <= this.choose(3); i++) {
      const { code, type } = members.length > 0 && this.choose(1) === 0 ? this.pick(members) : this.any(2);
      fields.push(`static readonly F${i} = ${code};`);
      members.push({ code: `${name}.F${i}`, type });
    }
    // What a static block has written is not known, and must not be mistaken for what stood there before.
    const written = members.findIndex(({ code, type }, i) => type === NUM && code === `${name}.F${i}`);
    if (this.wild && written >= 0 && this.choose(7) === 7) {
      fields.push(`static { ${this.pick(['this', name])}.F${written} = ${this.num(0)}; }`);
    }
    this.lines.push(`export class ${name} { other = Math.random(); ${fields.join(' ')} }`);
    this.add(file, name, members);
  }

  private pattern(file: number): void {
    const value = this.any(2);
    const names: Typed[] = [];
    const pattern = this.taken(value.type, names, 3);
    if (names.length === 0) return;
    this.lines.push(`export const ${pattern} = ${value.code};`);
    for (const taken of names) {
      this.own.push(taken.code);
      this.add(file, taken.code, [taken]);
    }
  }

  private taken(type: Type, names: Typed[], depth: number): string {
    if (depth > 0 && type.t === 'arr' && type.items.length > 0) {
      const upTo = this.choose(type.items.length - 1);
      return `[${type.items
        .slice(0, upTo + 1)
        .map((item, i) => (i === upTo || this.choose(1) === 0 ? this.taken(item, names, depth - 1) : ''))
        .join(', ')}]`;
    }
    if (depth > 0 && type.t === 'obj' && type.fields.size > 0) {
      const [key, inner] = this.pick([...type.fields]);
      return `{ ${JSON.stringify(key)}: ${this.taken(inner, names, depth - 1)} }`;
    }
    // A whole that is no pattern can be no pattern's beginning.
    if (depth === 3) return '';
    const name = this.fresh('p');
    names.push({ code: name, type });
    return name;
  }

  // --- expressions

  private any(depth: number): Typed {
    const way = this.choose(this.wild ? 9 : 8);
    if (way <= 1) return { code: this.num(depth), type: NUM };
    if (way <= 3) return { code: this.str(depth), type: STR };
    if (way === 4) return { code: this.bool(depth), type: BOOL };
    if (way === 5) return { code: this.pick(['null', 'undefined']), type: NULLISH };
    if (way === 6) return this.array(depth);
    if (way === 7) return this.object(depth);
    if (way === 9) return { code: this.prim(depth), type: PRIM };
    return this.scope.length > 0 ? this.reached(this.pick(this.scope), 3) : { code: this.num(depth), type: NUM };
  }

  /** A name, or something inside of what it stands for. */
  private reached(from: Typed, depth: number): Typed {
    const { code, type } = from;
    if (depth > 0 && type.t === 'arr' && type.items.length > 0 && this.choose(2) > 0) {
      const index = this.choose(type.items.length - 1);
      return this.reached(
        { code: `${code}[${this.choose(3) === 0 ? `'${index}'` : index}]`, type: type.items[index] as Type },
        depth - 1,
      );
    }
    if (depth > 0 && type.t === 'obj' && type.fields.size > 0 && this.choose(2) > 0) {
      const [key, inner] = this.pick([...type.fields]);
      const plain = /^[a-z]\w*$/i.test(key) && this.choose(2) > 0;
      return this.reached({ code: plain ? `${code}.${key}` : `${code}[${this.quoted(key)}]`, type: inner }, depth - 1);
    }
    return from;
  }

  private named(wanted: Type['t']): string | null {
    const fitting = this.scope.map((s) => this.reached(s, 3)).filter((s) => s.type.t === wanted);
    return fitting.length === 0 ? null : this.pick(fitting).code;
  }

  private literal(type: 'num' | 'str' | 'bool'): string {
    if (type === 'bool') return this.pick(['true', 'false']);
    if (type === 'num')
      return this.pick([`${this.choose(20)}`, `${this.choose(9)}.5`, '0x1F', '1_000', '2e3', '.25', '0b101', '0o17', '-3', '0']);
    return this.quoted(
      this.pick([
        '',
        'a',
        'orders',
        'with "both" \'quotes\' and `ticks`',
        '${no}',
        'line\nbreak',
        'é\u2028\u{1F600}',
        '\\',
        '5',
        ' 7 ',
        '__x__',
      ]),
    );
  }

  private quoted(text: string): string {
    const way = this.choose(2);
    if (way === 0) return JSON.stringify(text);
    if (way === 1) return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
    return `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
  }

  private num(depth: number): string {
    const name = this.choose(2) === 0 ? this.named('num') : null;
    if (name !== null) return name;
    if (depth === 0) return this.literal('num');
    const [a, b] = [this.num(depth - 1), this.num(depth - 1)];
    switch (this.choose(9)) {
      case 0:
        return this.literal('num');
      case 1:
        return `(${a} ${this.pick(['+', '-', '*'])} ${b})`;
      case 2:
        return `(${a} ${this.pick(['/', '%'])} ${1 + this.choose(8)})`;
      case 3:
        return `((${a} % 10) ** ${this.choose(4)})`;
      case 4:
        return this.choose(4) === 0 ? `(${a} << ${this.choose(40)})` : `(${a} ${this.pick(['&', '|', '^', '>>', '>>>'])} ${b})`;
      case 5:
        return `(${this.pick(['-', '+', '~', '- -', '+ ~'])}${`(${a})`})`;
      case 6:
        return `(${this.bool(depth - 1)} ? ${a} : ${b})`;
      case 7:
        return `(${a} ${this.pick(['||', '&&'])} ${b})`;
      case 8:
        return `(${this.pick(['null', 'undefined'])} ?? ${a})`;
      default:
        return `(${this.str(depth - 1)}).length`;
    }
  }

  private str(depth: number): string {
    const name = this.choose(2) === 0 ? this.named('str') : null;
    if (name !== null) return name;
    if (depth === 0) return this.literal('str');
    const other = (): string =>
      this.pick([
        () => this.num(depth - 1),
        () => this.bool(depth - 1),
        () => this.str(depth - 1),
        () => this.pick(['null', 'undefined']),
      ])();
    switch (this.choose(5)) {
      case 0:
        return this.literal('str');
      case 1:
        return `(${this.str(depth - 1)} + ${other()})`;
      case 2:
        return `(${other()} + ${this.str(depth - 1)})`;
      case 3:
        return `\`a\${${other()}}\\n\${ ${other()} }\\u{41}z\``;
      case 4:
        return `(${this.bool(depth - 1)} ? ${this.str(depth - 1)} : ${this.str(depth - 1)})`;
      default:
        return `(${Array.from({ length: 2 + this.choose(3) }, () => this.str(0)).join(' + ')} + ${other()})`;
    }
  }

  private bool(depth: number): string {
    const name = this.choose(3) === 0 ? this.named('bool') : null;
    if (name !== null) return name;
    if (depth === 0) return this.literal('bool');
    // Not `<`, and `<<` only before literals: TypeScript takes `a < (b > c)` for a call with type arguments, esbuild does not.
    const operator = this.pick(['===', '!==', '==', '!=', '<=', '>', '>=']);
    switch (this.choose(4)) {
      case 0:
        return `(${this.num(depth - 1)} ${operator} ${this.num(depth - 1)})`;
      case 1:
        return `(${this.str(depth - 1)} ${operator} ${this.str(depth - 1)})`;
      case 2:
        return `!${this.pick([this.num(depth - 1), this.str(depth - 1), 'null', '[]', '({})'])}`;
      case 3:
        return `(${this.bool(depth - 1)} ${this.pick(['&&', '||'])} ${this.bool(depth - 1)})`;
      default:
        return this.literal('bool');
    }
  }

  /** Any operator between any two primitives. */
  private prim(depth: number): string {
    const leaf = (): string =>
      this.named(this.pick(['prim', 'num', 'str'])) ??
      this.pick(['null', 'undefined', 'true', this.literal('num'), this.literal('str')]);
    if (depth === 0) return leaf();
    // Not `**`: esbuild puts negative members of enums before it without parentheses.
    const operator = this.pick([
      '+',
      '-',
      '*',
      '/',
      '%',
      '&',
      '|',
      '^',
      '>>',
      '>>>',
      '==',
      '!=',
      '===',
      '!==',
      '<=',
      '>',
      '>=',
      '&&',
      '||',
    ]);
    switch (this.choose(5)) {
      case 0:
        return leaf();
      case 5: {
        const { code } = this.reached(this.pick([...this.scope, { code: 'null', type: NULLISH }, this.object(1)]), 3);
        return `(${code}${this.pick(['?.zz?.y.z', '?.zz?.y["z"]', "?.['zz']", '?.zz?.[0].y'])} ?? ${leaf()})`;
      }
      case 1:
        return `${this.pick(['-', '+', '~', '!'])}(${this.prim(depth - 1)})`;
      case 2:
        return `(${this.prim(depth - 1)} ? ${this.prim(depth - 1)} : ${this.prim(depth - 1)})`;
      case 3:
        return `\`\${${this.prim(depth - 1)}}\``;
      default:
        return `((${this.prim(depth - 1)}) ${operator} (${this.prim(depth - 1)}))`;
    }
  }

  private array(depth: number): Typed {
    if (depth === 0) return { code: '[]', type: { t: 'arr', items: [] } };
    const items: Type[] = [];
    const parts: string[] = [];
    for (let i = 0; i < this.choose(4); i++) {
      const item = this.any(depth - 1);
      if (item.type.t === 'arr' && this.choose(1) === 0) {
        parts.push(`...${item.code}`);
        items.push(...item.type.items);
      } else {
        parts.push(item.code);
        items.push(item.type);
      }
    }
    return { code: `[${parts.join(', ')}${parts.length > 0 && this.choose(3) === 0 ? ',' : ''}]`, type: { t: 'arr', items } };
  }

  private object(depth: number): Typed {
    const fields = new Map<string, Type>();
    const parts: string[] = [];
    const set = (key: string, type: Type): void => void fields.set(key, type);
    for (let i = 0; i < (depth === 0 ? 0 : this.choose(4)); i++) {
      const { code, type } = this.any(depth - 1);
      const key = this.pick(['a', 'b', 'length', 'x-y', '1', 'constructor', 'toString', 'é']);
      if (type.t === 'obj' && this.choose(1) === 0) {
        parts.push(`...${code}`);
        for (const [name, inner] of type.fields) set(name, inner);
      } else if (type.t === 'nullish' || this.choose(9) === 0)
        parts.push(`...${this.pick(['null', 'undefined', '(false && { a: 1 })', '(true && {})', '0'])}`);
      else {
        const plain = /^[a-z]\w*$/i.test(key);
        parts.push(`${this.pick([plain ? key : JSON.stringify(key), JSON.stringify(key), `[${this.quoted(key)}]`])}: ${code}`);
        set(key, type);
      }
    }
    return { code: `({ ${parts.join(', ')} })`, type: { t: 'obj', fields } };
  }
}
