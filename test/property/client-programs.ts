/**
 * Writes small programs that pass clients of stores around, in as many ways as people do, and runs them: what they then call is
 * the truth that the analysis is held against. A program is a function of a list of numbers, so that it can be made smaller.
 */
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { transformSync } from 'esbuild';

const OPERATIONS = ['get', 'put', 'delete', 'getAll'] as const;
const STORES = ['Alpha', 'Beta', 'Gamma'] as const;
const MODULES = ['near', 'far', 'other'] as const;

type Choose = (count: number) => number;

/** What programs share: helpers of the sorts that people write. */
const HELPERS: { readonly [module: string]: string } = {
  near: `
import { EventEmitter } from 'node:events';
import { hop, Base } from './far';
export * from './other';
export { pass as renamed } from './other';
export * as space from './other';
export const identity = <T>(x: T): T => x;
export function thrice<T>(x: T): T { return identity(hop(2, x)); }
export const curry = (a: any2) => (b: any2) => ({ a, b });
type any2 = unknown;
export function applyTo(c: Ops, op: 'get' | 'put' | 'delete' | 'getAll') { return c[op]('x'); }
export interface Ops { get(x?: unknown): unknown; put(x?: unknown): unknown; delete(x?: unknown): unknown; getAll(x?: unknown): unknown }
export class Box<T> {
  #hidden: T;
  protected kept: T;
  static last: unknown;
  constructor(value: T, public readonly open: T = value) { this.#hidden = value; this.kept = value; Box.last = value; }
  get value(): T { return this.#hidden; }
  set value(next: T) { this.#hidden = next; this.kept = next; }
  take(): T { return this.kept; }
  arrow = (): T => this.kept;
  static of<T>(value: T): Box<T> { return new this(value); }
  static { Box.last = null; }
}
export class Repository extends Base {
  constructor(client: Ops) { super(client); }
  find() { return this.client.get('x'); }
  save() { return this.store((c: Ops) => c.put('x')); }
  protected remove() { return this.client.delete('x'); }
}
export class Deep extends Repository {
  override find() { return super.find(); }
  list() { return this.all(); }
}
export class Bus extends EventEmitter {}
export class Signal<T> {
  private readonly listeners: ((x: T) => unknown)[] = [];
  on(listener: (x: T) => unknown): this { this.listeners.push(listener); return this; }
  emit(x: T): void { for (const listener of this.listeners) listener(x); }
}
export const registry = new Map<string, unknown>();
export const holder: { c?: unknown } = {};
export function remember(c: unknown): void { holder.c = c; }
export const recall = () => holder.c;
`,
  far: `
import { pass } from './other';
import { identity } from './near';
export abstract class Base {
  constructor(protected readonly client: any2) {}
  protected store(act: (c: any2) => unknown) { return act(this.client); }
  all() { return this.client.getAll(); }
  run() { return this.remove(); }
  protected abstract remove(): unknown;
}
interface any2 { [name: string]: (...args: unknown[]) => unknown }
export function hop<T>(n: number, x: T): T { return n > 0 ? back(n - 1, x) : identity(x); }
function back<T>(n: number, x: T): T { return hop(n, pass(x)); }
export const pair = <A, B>(a: A, b: B): [A, B] => [a, b];
export const mixin = (Parent: any3) => class extends Parent { mixed() { return this.take(); } };
type any3 = new (...args: never[]) => { take(): unknown };
export default class Wrapper { constructor(private readonly inner: unknown) {} unwrap() { return this.inner; } toPromise() { return Promise.resolve(this.inner); } }
`,
  other: `
export const pass = function <T>(x: T, ..._more: unknown[]): T { return x; };
export function* yielding<T>(x: T): Generator<T, T, unknown> { yield x; return x; }
export function* twice<T>(x: T): Generator<T> { yield* yielding(x); yield* [x]; }
export async function* later<T>(x: T): AsyncGenerator<T> { yield x; }
export class Chain<T> { constructor(private readonly x: T) {} *[Symbol.iterator]() { yield this.x; } }
export class Soon<T> { constructor(private readonly x: T) {} then(done: (x: T) => void) { done(this.x); } }
export class Own<T> { constructor(private readonly x: T) {} [Symbol.iterator]() { let n = 0; return { next: () => ({ done: n++ > 0, value: this.x }) }; } }
export interface Source { give(): unknown }
export class First implements Source { constructor(private readonly c: unknown) {} give() { return this.c; } }
export class Second implements Source { c; constructor(c: unknown) { this.c = c; } give() { const { c } = this; return c; } }
export const enumeration = { one: 'get', two: 'put' } as const;
export enum Op { Get = 'get', Put = 'put', Delete = 'delete', All = 'getAll' }
`,
};

export interface ClientProgram {
  readonly files: Readonly<Record<string, string>>;
}

class Writer {
  private readonly lines: string[] = [];
  private names = 0;

  constructor(private readonly choose: Choose) {}

  program(): ClientProgram {
    for (let i = 0; i <= this.choose(3); i++) this.use();
    const clients = STORES.map((store) => `const ${store.toLowerCase()} = ClientBuilder.getDocumentStoreClient(${store});`);
    const main = `import { ClientBuilder } from 'nimbusc';
import * as near from './near';
import { applyTo, Box, Bus, Chain, Deep, First, identity, later, Op, Own, pass, recall, registry, remember, renamed, Repository, Second, Signal, Soon, space, thrice, twice, yielding, curry, enumeration, holder } from './near';
import Wrapper, { hop, mixin, pair } from './far';
import { ${STORES.join(', ')} } from './stores';
${clients.join('\n')}
const flag = Number('1') > 0;
class Base2 { start() { return this.go(); } }
const make = (type) => new Repository(ClientBuilder.getDocumentStoreClient(type));
export class Handler {
  field = ${STORES[this.choose(3)]?.toLowerCase()};
  async run(input) {
    ${this.lines.join('\n    ')}
  }
}
`;
    const stores = STORES.map((store) => `@DocumentStore() export class ${store} { @Key() id = ''; }`);
    const files: Record<string, string> = {
      'main.ts': main,
      'stores.ts': `import { DocumentStore, Key } from 'nimbusc';\n${stores.join('\n')}\n`,
    };
    for (const module of MODULES) files[`${module}.ts`] = HELPERS[module] as string;
    return { files };
  }

  private name(): string {
    return `v${this.names++}`;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.choose(list.length)] as T;
  }

  private say(line: string): void {
    this.lines.push(line);
  }

  private store(): string {
    return this.pick(STORES);
  }

  /** An expression that gives a client, in an async function. */
  private client(depth: number): string {
    if (depth <= 0 || this.choose(5) === 0) {
      const store = this.store();
      return this.pick([
        store.toLowerCase(),
        `ClientBuilder.getDocumentStoreClient(${store})`,
        'this.field',
        store.toLowerCase(),
      ]);
    }
    const inner = this.client(depth - 1);
    const noise = this.store().toLowerCase();
    const v = this.name();
    const w = this.name();
    const say = (line: string, result = v): string => {
      this.say(line);
      return result;
    };
    const forms: readonly (() => string)[] = [
      () => say(`const ${v} = ${inner};`),
      () => say(`let ${v}; ${v} = ${inner};`),
      () => say(`let ${v} = null; ${v} ??= ${inner};`),
      () => say(`var ${w}; if (flag) { var ${v} = ${inner}; }`),
      () => `({ c: ${inner}, d: ${noise} }).c`,
      () => `[${noise}, ${inner}][1]`,
      () => `[${inner}].at(-1)`,
      () => say(`const { a: { b: [${v}] } } = { a: { b: [${inner}] }, c: ${noise} };`),
      () => say(`const { ${v} = ${inner} } = {} as Record<string, never>;`),
      () => say(`const { x${v}, ...${v} } = { x${v}: ${noise}, c: ${inner} };`, `${v}.c`),
      () => say(`const [, ...${v}] = [${noise}, ${inner}];`, `${v}[0]`),
      () => say(`let ${v}; [${v}] = [${inner}];`),
      () => say(`let ${v}; ({ k: ${v} } = { k: ${inner} });`),
      () => `(await (async () => ${inner})())`,
      () => say(`const ${w} = ${inner}; const ${v} = (() => (() => ${w})())();`),
      () => say(`const ${w} = ${inner}; function ${v}(x = ${w}) { return x; }`, `${v}()`),
      () => `${this.pick(['identity', 'pass', 'thrice', 'renamed', 'near.identity', 'space.pass', 'near.space.pass'])}(${inner})`,
      () => `hop(3, ${inner})`,
      () => `pair(${noise}, ${inner})[1]`,
      () => `pass(...[${inner}, ${noise}])`,
      () => say(`const ${v} = curry(${inner})(${noise});`, `${v}.a`),
      () => `(await Promise.resolve(${inner}))`,
      () => say(`const ${w} = ${inner};`, `(await new Promise((done) => done(${w})))`),
      () => say(`const ${w} = ${inner};`, `(await new Promise((done) => { setTimeout(() => done(${w}), 0); }))`),
      () => say(`const ${w} = ${inner};`, `(await new Promise((done) => { setTimeout(done, 0, ${w}); }))`),
      () => `(await Promise.all([${noise}, ${inner}]))[1]`,
      () => `(await Promise.all([${inner}].map(async (x) => x)))[0]`,
      () => say(`const [${v}] = await Promise.all([Promise.resolve(${inner}), ${noise}]);`),
      () => say(`const ${w} = ${inner};`, `(await Promise.resolve(0).then(() => ${w}))`),
      () => say(`const ${w} = ${inner};`, `(await Promise.reject(new Error('x')).catch(() => ${w}))`),
      () => say(`const ${w} = ${inner};`, `(await Promise.reject(${w}).catch((x) => x))`),
      () => say(`const ${w} = ${inner};`, `(await Promise.allSettled([${w}]))[0].value`),
      () => `(await Promise.race([${inner}]))`,
      () => say(`const ${v} = new Box(${inner});`, `${v}.${this.pick(['take()', 'value', 'open', 'arrow()', 'value'])}`),
      () => say(`const ${v} = new Box(${noise}); ${v}.value = ${inner};`, `${v}.${this.pick(['take()', 'value', 'arrow()'])}`),
      () => `Box.of(${inner}).take()`,
      () => say(`new Box(${inner});`, 'Box.last'),
      () => say(`const ${v} = mixin(Box); const ${w} = new ${v}(${inner});`, `${w}.mixed()`),
      () => `new Wrapper(${inner}).unwrap()`,
      () => `(await new Wrapper(${inner}).toPromise())`,
      () =>
        say(
          `class ${v} extends Wrapper { constructor(c) { super(c); } unwrap() { return super.unwrap(); } }`,
          `new ${v}(${inner}).unwrap()`,
        ),
      () => say(`class ${v} { static c = ${noise}; static set(c) { this.c = c; return this; } } ${v}.set(${inner});`, `${v}.c`),
      () => say(`class ${v} { c; load(c) { this.c = c; return this; } }`, `new ${v}().load(${inner}).c`),
      () => `yielding(${inner}).next().value`,
      () => `[...twice(${inner})][0]`,
      () => say(`let ${v}; for (const x of ${this.pick(['twice', 'yielding'])}(${inner})) ${v} = x;`),
      () => say(`let ${v}; for await (const x of later(${inner})) ${v} = x;`),
      () => say(`const [${v}] = ${this.pick(['new Chain', 'new Own', 'twice'])}(${inner});`),
      () => say(`let ${v}; for (const x of ${this.pick(['new Chain', 'new Own'])}(${inner})) ${v} = x;`),
      () =>
        say(`function* ${w}() { const x = yield 1; yield x; } const ${v} = ${w}(); ${v}.next();`, `${v}.next(${inner}).value`),
      () => `(await new Soon(${inner}))`,
      () => `new Map([['k', ${inner}], ['l', ${noise}]]).get('k')`,
      () => say(`registry.set('k', ${inner});`, `registry.get('k')`),
      () => say(`let ${v}; for (const [, x] of new Map([['k', ${inner}]])) ${v} = x;`),
      () => `[...new Set([${inner}])][0]`,
      () => `[...new Map([['k', ${inner}]]).values()][0]`,
      () => `identity.call(null, ${inner})`,
      () => `identity.apply(null, [${inner}])`,
      () => `identity.bind(null, ${inner})()`,
      () => `(function () { return this.c; }).call({ c: ${inner} })`,
      () => say(`const ${w} = ${inner};`, `((x = ${w}) => x)()`),
      () => `((...xs) => xs[0])(${inner})`,
      () => `(function () { return arguments[1]; })(0, ${inner})`,
      () => `(flag ? ${inner} : ${noise})`,
      () => `(null ?? ${inner})`,
      () => `(flag && ${inner})`,
      () => `(0, ${inner})`,
      () => `[${inner}].map((x) => x)[0]`,
      () => `[${inner}].flatMap((x) => [x])[0]`,
      () => `[${inner}].find(() => true)`,
      () => `[${noise}, ${inner}].reduce((a, x) => x)`,
      () => `[${inner}].reduce((a, x) => [...a, x], [])[0]`,
      () => `[[${inner}]].flat()[0]`,
      () => `[${inner}].concat([${noise}]).slice(0, 1)[0]`,
      () => say(`const ${v} = []; ${v}.push(${inner});`, `${v}.${this.pick(['pop()', 'shift()', 'at(0)'])}`),
      () => say(`const ${v} = {}; ${v}['a' + 'b'] = ${inner};`, `${v}.ab`),
      () => say(`const ${v} = { ab: ${inner} };`, `${v}['a' + 'b']`),
      () => say(`const ${v} = 'c';`, `({ c: ${inner} })[${v}]`),
      () => say(`let ${v}; try { throw ${inner}; } catch (x) { ${v} = x; }`),
      () => say(`const ${w} = ${inner}; const ${v} = { get c() { return ${w}; } };`, `${v}.c`),
      () => say(`const ${v} = { k: null, set c(x) { this.k = x; } }; ${v}.c = ${inner};`, `${v}.k`),
      () => say(`const ${w} = ${inner}; const ${v} = { m() { return this.c; }, c: ${w} };`, `${v}.m()`),
      () => `({ ...{ c: ${inner} } }).c`,
      () => `Object.values({ c: ${inner} })[0]`,
      () => `Object.entries({ c: ${inner} })[0][1]`,
      () => `Object.assign({ c: ${noise} }, { c: ${inner} }).c`,
      () => `Object.fromEntries([['c', ${inner}]]).c`,
      () => `Object.freeze({ c: ${inner} }).c`,
      () => `Object.create({ c: ${inner} }).c`,
      () => `({ c: ${inner} })?.c`,
      () => `({ f: () => ({ c: 1 }), c: ${inner} })?.['c']!`,
      () => say(`remember(${inner});`, this.pick(['recall()', 'holder.c', 'near.holder.c'])),
      () => say(`let ${v}; new Signal().on((x) => { ${v} = x; }).emit(${inner});`),
      () => say(`let ${v}; const ${w} = new Bus(); ${w}.on('e', (x) => { ${v} = x; }); ${w}.emit('e', ${inner});`),
      () => say(`const ${v} = [new First(${inner}), new Second(${noise})];`, `${v}[0].give()`),
      () => say(`let ${v}; for (const s of [new Second(${inner})]) ${v} = s.give();`),
      () => say(`const ${w} = (x) => () => x; const ${v} = ${w}(${inner}); ${w}(${noise});`, `${v}()`),
      () => `((s, x) => x)\`\${${inner}}\``,
      () => say(`globalThis.shared = ${inner};`, 'globalThis.shared'),
      () => say(`this.field = ${inner};`, 'this.field'),
      () => say(`switch (1) { case 1: var ${v} = ${inner}; }`),
      () => say(`const ${v} = Symbol('s'); const ${w} = { [${v}]: ${inner} };`, `${w}[${v}]`),
      () =>
        say(
          `class ${v} { static #c = ${noise}; static put(c) { ${v}.#c = c; } static get it() { return ${v}.#c; } } ${v}.put(${inner});`,
          `${v}.it`,
        ),
      () =>
        say(
          `class ${v} { async *[Symbol.asyncIterator]() { yield this.c; } constructor(c) { this.c = c; } } let ${w}; for await (const x of new ${v}(${inner})) ${w} = x;`,
          w,
        ),
      () => say(`const ${v} = new Map([['f', () => ${noise}]]); ${v}.set('g', (c) => c);`, `${v}.get('g')(${inner})`),
      () => say(`const ${v} = { a: (c) => c, b: () => ${noise} };`, `${v}[flag ? 'a' : 'b'](${inner})`),
      () => say(`const ${v} = { a: (c) => c };`, `${v}[Object.keys(${v})[0]](${inner})`),
      () => `[].concat(${inner})[0]`,
      () => `Array.prototype.map.call([${inner}], (x) => x)[0]`,
      () => `[].slice.call([${inner}])[0]`,
      () => `Array.from([${inner}], (x) => x)[0]`,
      () => `Array.of(${inner})[0]`,
      () => `[...[${inner}].entries()][0][1]`,
      () => `[...[${inner}].values()][0]`,
      () => `(await Promise.any([${inner}]))`,
      () => say(`const ${v} = new WeakMap(); ${v}.set(holder, ${inner});`, `${v}.get(holder)`),
      () => `new WeakRef(${inner}).deref()`,
      () => say(`const ${v} = Object.defineProperty({}, 'c', { value: ${inner} });`, `${v}.c`),
      () => say(`const ${w} = ${inner}; const ${v} = Object.defineProperty({}, 'c', { get: () => ${w} });`, `${v}.c`),
      () => say(`const ${v} = Object.setPrototypeOf({}, { c: ${inner} });`, `${v}.c`),
      () =>
        say(
          `function ${v}(c) { this.c = c; } ${v}.prototype.give = function () { return this.c; };`,
          `new ${v}(${inner}).give()`,
        ),
      () => say(`function ${v}(c) { if (!new.target) return new ${v}(c); this.c = c; }`, `${v}(${inner}).c`),
      () =>
        say(
          `class ${v} extends Array { first() { return this[0]; } } const ${w} = new ${v}(); ${w}.push(${inner});`,
          `${w}.first()`,
        ),
      () =>
        say(
          `class ${v} extends Map { one() { return this.get('k'); } } const ${w} = new ${v}(); ${w}.set('k', ${inner});`,
          `${w}.one()`,
        ),
      () =>
        say(
          `class ${v} extends Error { constructor(c) { super('x'); this.c = c; } } let ${w}; try { throw new ${v}(${inner}); } catch (e) { if (e instanceof ${v}) ${w} = e.c; }`,
          w,
        ),
      () =>
        say(
          `class ${v} { get lazy() { return this.kept ??= this.make(); } make() { return this.c; } constructor(c) { this.c = c; } }`,
          `new ${v}(${inner}).lazy`,
        ),
      () => say(`class ${v} { constructor(c) { return { c }; } }`, `new ${v}(${inner}).c`),
      () => say(`const ${w} = ${inner}; class ${v} { c = ${w}; copy() { return { ...this }; } }`, `new ${v}().copy().c`),
      () => say(`const k${v} = ${inner}; class ${v} { c = k${v}; } const { ...${w} } = new ${v}();`, `${w}.c`),
      () => say(`const ${v} = class { static make = (c) => c; };`, `${v}.make(${inner})`),
      () =>
        say(
          `class ${v} { static inherited(c) { return c; } } class ${w} extends ${v} { static own(c) { return super.inherited(c); } }`,
          `${w}.own(${inner})`,
        ),
      () => say(`const ${v} = { up: { ...{ c: ${noise} } } }; ${v}.up.c = ${inner}; const ${w} = { ...${v}.up };`, `${w}.c`),
      () => say(`const ${w} = {}; const ${v} = { ...${w} }; ${v}.c = ${inner};`, `${v}.c`),
      () => say(`const ${v} = [0, 1].map((i) => ({ i, c: ${noise} })); ${v}[1].c = ${inner};`, `${v}[1].c`),
      () =>
        say(
          `const ${w} = ${inner}; const ${v} = [${w}, ${noise}]; ${v}.sort(() => 0); ${v}.unshift(0); ${v}.splice(0, 1);`,
          `${v}[0]`,
        ),
      () => say(`let ${v} = ${noise}; const ${w} = ${inner}; (() => { ${v} = ${w}; })();`),
      () => say(`let ${v}; for (let i = 0, c = ${inner}; i < 1; i++) ${v} = c;`),
      () => say(`let ${v}; for (const { c: [x] } of [{ c: [${inner}] }]) ${v} = x;`),
      () => say(`const ${v} = ((a, b) => b)(...[${noise}], ${inner});`),
      () => say(`const ${v} = ((...[, b]) => b)(${noise}, ${inner});`),
      () => say(`const ${v} = (({ c, ...r }) => r.d)({ c: ${noise}, d: ${inner} });`),
      () => say(`const ${v} = identity.bind(null).bind(null)(${inner});`),
      () => say(`const ${v} = ((f, ...a) => f.apply(null, a))(identity, ${inner});`),
      () => say(`const ${v} = ((f, ...a) => f(...a))((a, b) => b, ${noise}, ${inner});`),
      () => say(`const ${v} = [identity, pass].reduce((f, g) => (x) => g(f(x)))(${inner});`),
      () => say(`const ${v} = await [identity, pass].reduce((p, f) => p.then(f), Promise.resolve(${inner}));`),
      () => say(`const ${v} = JSON.parse('{"a":1}', () => 1); const ${w} = [${inner}, ${v}];`, `${w}[0]`),
      () => say(`const ${w} = ${inner}; async function* ${v}() { yield* later(${w}); }`, `(await ${v}().next()).value`),
      () => say(`const ${w} = ${inner}; function* ${v}() { return ${w}; }`, `${v}().next().value`),
      () => say(`const ${w} = ${inner}; const ${v} = { *[Symbol.iterator]() { yield ${w}; } };`, `[...${v}][0]`),
      () => say(`const [[${v}]] = new Map([[${inner}, 1]]);`),
      () => say(`let ${v}; new Set([${inner}]).forEach((x) => { ${v} = x; });`),
      () => say(`let ${v}; const ${w} = ${inner}; (() => { try { return ${noise}; } finally { ${v} = ${w}; } })();`),
      () => say(`const ${v} = eval2 => eval2;`, `${v}(${inner})`),
      () => say(`this.x${v} = { y: { z: ${inner} } };`, `this.x${v}?.y?.['z']`),
      () => say(`const { x: ${v} = ${noise} } = { x: ${inner} };`),
      () => say(`let ${v} = [${noise}]; [${v}[0]] = [${inner}];`, `${v}[0]`),
      () => say(`let ${v} = {}; for (${v}.c of [${inner}]) ;`, `${v}.c`),
      () => say(`const ${v} = (await import('./far')).default;`, `new ${v}(${inner}).unwrap()`),
      () => say(`const ${v} = near['identity'];`, `${v}(${inner})`),
      () => say(`const ${v} = await import('./near');`, `${v}.pass(${inner})`),
      () => say(`const ${v} = [${noise}, ${inner}].reverse();`, `${v}[0]`),
    ];
    return this.pick(forms)();
  }

  /** A statement that performs an operation of a client. */
  private use(): void {
    const client = this.client(this.choose(5));
    const op = this.pick(OPERATIONS);
    const v = this.name();
    const forms: readonly string[] = [
      `await ${client}.${op}('x');`,
      `${client}.${op}('x');`,
      `await ${client}?.${op}?.('x');`,
      `await ${client}['${op}']('x');`,
      `const ${v} = '${op}'; await ${client}[${v}]('x');`,
      `const { ${op}: ${v} } = ${client}; await ${v}('x');`,
      `const ${v} = ${client}; [1].forEach(() => ${v}.${op}('x'));`,
      `const ${v} = ${client}; await Promise.all(['x'].map(${v}.${op}));`,
      `const ${v} = ${client}; await Promise.resolve().then(() => ${v}.${op}('x')).finally(() => ${v}.get('y'));`,
      `const ${v} = ${client}; await ${v}.get('a').then(() => ${v}.${op}('x'));`,
      `const ${v} = ${client}; setTimeout(() => ${v}.${op}('x'), 0);`,
      `const ${v} = ${client}; await new Promise((done, fail) => { fail(new Error('no')); }).catch(() => ${v}.${op}('x'));`,
      `await applyTo(${client}, '${op}');`,
      `for (const ${v} of ['${op}'] as const) await applyTo(${client}, ${v});`,
      `await new Repository(${client}).find();`,
      `await new Repository(${client}).save();`,
      `await new Deep(${client}).run();`,
      `await new Deep(${client}).list(); await new Deep(${client}).find();`,
      `await make(${this.store()}).find(); await make(${this.store()}).save();`,
      `await ${client}.${op}.call(null, 'x');`,
      `await ${client}.${op}.bind(null)('x');`,
      `await ({ get: (c) => c.get('x'), ${op}: (c) => c.${op}('x') })['${op}'](${client});`,
      `await ${client}[Op.${{ get: 'Get', put: 'Put', delete: 'Delete', getAll: 'All' }[op]}]('x');`,
      `await ${client}[enumeration.one]('x');`,
      `const ${v} = ${client}; class T${v} { #f = ${v}.${op}('x'); } new T${v}();`,
      `const ${v} = ${client}; class T${v} { static f = ${v}.${op}('x'); }`,
      `const ${v} = ${client}; const o${v} = { get f() { return ${v}.${op}('x'); } }; void o${v}.f;`,
      `const ${v} = ${client}; ((x = ${v}.${op}('x')) => x)();`,
      `const ${v} = ${client}; const d${v} = (f, _c) => function (...a) { ${v}.${op}('x'); return f.apply(this, a); }; class T${v} { @d${v} m() { return 1; } } new T${v}().m();`,
      `const ${v} = ${client}; const j${v} = JSON.stringify({ a: [{ toJSON: () => ${v}.${op}('x') }] });`,
      `const ${v} = ${client}; [3, 1].sort((a, b) => (${v}.${op}('x'), a - b));`,
      `const ${v} = ${client}; 'abc'.replace(/b/, () => { ${v}.${op}('x'); return ''; });`,
      `const ${v} = ${client}; Array.from({ length: 1 }, () => ${v}.${op}('x'));`,
      `if (!flag) await ${client}.${op}('x');`,
      `const ${v} = ${client}; try { throw new Error('x', { cause: ${v} }); } catch (e) { e.cause.${op}('x'); }`,
      `const ${v} = ${client}; await Promise.all([1].map(async function () { await this.${op}('x'); }, ${v}));`,
      `const ${v} = { async run(c) { await c.${op}('x'); } }; const { run: r${v} } = ${v}; await r${v}(${client});`,
      `const ${v} = [${client}].map((c) => c.${op}); await ${v}[0]('x');`,
      `await Promise.all(Object.entries({ a: ${client} }).map(([, c]) => c.${op}('x')));`,
      `const ${v} = ${client}; const f${v} = { get: () => ${v}.get('x'), ${op}: () => ${v}.${op}('x') }; for (const k in f${v}) await f${v}[k]();`,
      `const ${v} = ${client}; const f${v} = new Map(Object.entries({ a: () => ${v}.${op}('x') })); await f${v}.get('a')();`,
      `const ${v} = new Signal(); ${v}.on((c) => c.${op}('x')).emit(${client});`,
      `const ${v} = new Bus(); ${v}.once('e', (c) => c.${op}('x')); ${v}.emit('e', ${client});`,
      `const ${v} = ${client}; process.nextTick(() => ${v}.${op}('x'));`,
      `const ${v} = ${client}; await new (class extends Base2 { go() { return ${v}.${op}('x'); } })().start();`,
      `const ${v} = ${client}; async function r${v}(n) { if (n === 0) return ${v}.${op}('x'); await r${v}(n - 1); } await r${v}(2);`,
      `const ${v} = ${client}; await (async () => { throw ${v}; })().catch((c) => c.${op}('x'));`,
      `const ${v} = ${client}; await (async () => { throw ${v}; })().then(null, (c) => c.${op}('x'));`,
      `await (await (async () => ({ c: ${client} }))()).c.${op}('x');`,
      `await (flag ? ${client}.${op} : null)?.('x');`,
      `const k${v} = ${client}; const ${v} = (c = k${v}) => c; await ${v}().${op}('x');`,
      `const ${v} = ${client}; const t${v} = { then(done) { ${v}.${op}('x'); done(1); } }; await t${v};`,
      `const ${v} = ${client}; const s${v} = { [Symbol.iterator]: () => ({ next: () => { ${v}.${op}('x'); return { done: true }; } }) }; for (const x of s${v}) void x;`,
      `const ${v} = ${client}; void ({ get x() { return ${v}.${op}('x'); } }).x;`,
      `const ${v} = ${client}; class A${v} { accessor x = ${v}.${op}('x'); } new A${v}();`,
      `const ${v} = ${client}; class A${v} { set x(c) { c.${op}('x'); } } new A${v}().x = ${v};`,
      `const ${v} = ${client}; Object.assign(new (class { set x(c) { c.${op}('x'); } })(), { x: ${v} });`,
      `const ${v} = ${client}; class A${v} { get x() { return ${v}.${op}('x'); } } const { x: x${v} } = new A${v}();`,
      `const ${v} = ${client}; class A${v} { static get x() { return ${v}.${op}('x'); } } class B${v} extends A${v} {} void B${v}.x;`,
      `const ${v} = ${client}; \`\${{ toString: () => (${v}.${op}('x'), 'a') }}\`;`,
      `label: for (;;) { do { await ${client}.${op}('x'); } while (false); break label; }`,
    ];
    this.say(this.pick(forms));
  }
}

/** The program that a list of numbers stands for. */
export function clientProgram(tape: readonly number[]): ClientProgram {
  let at = 0;
  return new Writer((count) => (tape[at++ % tape.length] ?? 0) % count).program();
}

export interface Execution {
  /** `Alpha.get`: what was called. */
  readonly called: ReadonlySet<string>;
  readonly error: unknown;
}

/** Runs `Handler.run` with clients that only remember what is called. */
export async function execute({ files }: ClientProgram): Promise<Execution> {
  const called = new Set<string>();
  const decorator = () => () => undefined;
  const nimbusc = {
    DocumentStore: decorator,
    Key: decorator,
    ClientBuilder: {
      getDocumentStoreClient: (store: { readonly name: string }) =>
        Object.fromEntries(
          OPERATIONS.map((op) => [
            op,
            async () => {
              called.add(`${store.name}.${op}`);
              return null;
            },
          ]),
        ),
    },
  };
  const modules = new Map<string, { exports: Record<string, unknown> }>();
  const nodeRequire = createRequire(import.meta.url);
  const load = (specifier: string): unknown => {
    if (specifier === 'nimbusc') return nimbusc;
    if (!specifier.startsWith('./')) return nodeRequire(specifier);
    const name = `${specifier.slice(2)}.ts`;
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as Record<string, unknown> };
    modules.set(name, module);
    const { code } = transformSync(files[name] as string, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      supported: { 'dynamic-import': false },
    });
    const run = runInThisContext(`(function (require, module, exports) { ${code.replace('"use strict";', '')}\n})`, {
      filename: name,
    });
    run(load, module, module.exports);
    return module.exports;
  };
  try {
    const { Handler } = load('./main') as { Handler: new () => { run(input: unknown): Promise<unknown> } };
    await new Handler().run(null);
    await new Promise((done) => setTimeout(done, 2));
    return { called, error: null };
  } catch (error) {
    return { called, error };
  }
}
