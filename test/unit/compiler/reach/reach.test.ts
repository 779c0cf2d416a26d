import { expect } from 'chai';
import { found, inBody, operations, programOf, reach, sources } from './reach-of.js';

describe('what a handler reaches', () => {
  const bodies: readonly (readonly [what: string, body: string, expected: readonly string[]])[] = [
    ['a call', 'await users.get("a");', ['User.get']],
    ['nothing that is not called', 'const f = () => users.get("a");', []],
    ['an alias', 'const a = users; const b = a; await b.put(null);', ['User.put']],
    ['a client made at the place', 'await ClientBuilder.getDocumentStoreClient(User).getAll();', ['User.getAll']],
    ['a member without its client', 'const { get } = users; await get("a");', ['User.get']],
    ['a member handed on', 'await Promise.all(["a"].map(users.get));', ['User.get']],
    ['optional chaining', 'await users?.get?.("a"); await users!.getAll!();', ['User.get', 'User.getAll']],
    ['an element by its name', 'await users["get"]("a");', ['User.get']],
    ['elements by known names', 'for (const op of ["get", "put"] as const) await users[op]("a");', ['User.get', 'User.put']],
    [
      'an object',
      'const all = { users, orders }; await all.users.get("a"); await all.orders.put(null);',
      ['Order.put', 'User.get'],
    ],
    ['nested patterns', 'const { a: { b: [c] } } = { a: { b: [users] } }; await c.get("a");', ['User.get']],
    ['a list by places', 'const [a, b] = [users, orders]; await a.get("a"); await b.put(null);', ['Order.put', 'User.get']],
    [
      'spread',
      'const all = { ...{ users }, x: 1 }; await all.users.get("a"); f(...[users]); function f(c) { c.put(null); }',
      ['User.get', 'User.put'],
    ],
    ['rest', 'const { users: u, ...rest } = { users, orders }; await rest.orders.get("a");', ['Order.get']],
    [
      'a default',
      'const { c = users } = {}; await c.get("a"); f(); function f(d = orders) { d.put(null); }',
      ['Order.put', 'User.get'],
    ],
    [
      'assignments',
      'let c; c = users; let d; ({ d } = { d: orders }); c.get("a"); d.put(null); let e; e ??= users; e.getAll();',
      ['Order.put', 'User.get', 'User.getAll'],
    ],
    [
      'a condition',
      'const c = event.x ? users : orders; await c.get("a"); (event.y && users).put(null);',
      ['Order.get', 'User.get', 'User.put'],
    ],
    ['var of an inner block', 'if (event.x) { var c = users; } await c.get("a");', ['User.get']],
    ['closures', 'const f = () => { const g = (c) => c.get("a"); return g(users); }; await f();', ['User.get']],
    [
      'a closure that is returned',
      'const make = (c) => () => c.get("a"); const f = make(users); make(orders); await f();',
      ['User.get'],
    ],
    [
      'a function that gives what it gets',
      'const same = (x) => x; const a = same(users); const b = same(orders); a.get("a"); b.put(null);',
      ['Order.put', 'User.get'],
    ],
    [
      'the same, two calls deep',
      'const one = (x) => x; const two = (x) => one(x); two(users).get("a"); two(orders).put(null);',
      ['Order.put', 'User.get'],
    ],
    [
      'promise chains',
      'await users.get("a").then(() => orders.get("a")).then((o) => orders.put(o)).catch(() => users.put(null)).finally(() => users.getAll());',
      ['Order.get', 'Order.put', 'User.get', 'User.getAll', 'User.put'],
    ],
    [
      'a promise of a client',
      'const p = Promise.resolve(users); (await p).get("a"); p.then((c) => c.put(null));',
      ['User.get', 'User.put'],
    ],
    ['a promise that is made', 'const c = await new Promise((resolve) => resolve(users)); c.get("a");', ['User.get']],
    [
      'several promises',
      'const [a, b] = await Promise.all([Promise.resolve(users), orders]); a.get("a"); b.put(null);',
      ['Order.put', 'User.get'],
    ],
    ['settled promises', 'for (const { value } of await Promise.allSettled([users])) value.get("a");', ['User.get']],
    ['functions without a result', 'const f = async () => {}; await f().then(() => users.get("a"));', ['User.get']],
    [
      'lists',
      '[users].map((c) => c.get("a")); [1].forEach(() => orders.put(null)); [users].filter((c) => c).find((c) => c)?.getAll();',
      ['Order.put', 'User.get', 'User.getAll'],
    ],
    [
      'lists of what came from outside',
      'for (const x of event.list) users.get(x); event.list.forEach(() => orders.get("a"));',
      ['Order.get', 'User.get'],
    ],
    ['reduce', '[users, users].reduce((a, c) => { c.get("a"); return a; }, orders).put(null);', ['Order.put', 'User.get']],
    ['push and pop', 'const list = []; list.push(users); list.pop().get("a"); list.at(0).put(null);', ['User.get', 'User.put']],
    [
      'maps',
      'const m = new Map([["a", users]]); m.set("b", users); m.get("a").get("x"); for (const [, c] of m) c.put(null); m.forEach((c) => c.getAll());',
      ['User.get', 'User.getAll', 'User.put'],
    ],
    [
      'sets',
      'const s = new Set([users]); s.add(users); for (const c of s) c.get("a"); [...s][0].put(null);',
      ['User.get', 'User.put'],
    ],
    [
      'members of objects',
      'Object.values({ users }).forEach((c) => c.get("a")); for (const [, c] of Object.entries({ orders })) c.put(null); Object.assign({}, { users }).users.getAll();',
      ['Order.put', 'User.get', 'User.getAll'],
    ],
    [
      'bind, call and apply',
      'function f(c, x) { this.put(x); c.get("a"); } f.call(users, orders); f.apply(orders, [users]); f.bind(users)(users);',
      ['Order.get', 'Order.put', 'User.get', 'User.put'],
    ],
    ['an argument that is bound', 'const f = (c, m) => c[m]("a"); f.bind(null, users)("get");', ['User.get']],
    [
      'generators',
      'function* g() { const x = yield users; x.put(null); } const it = g(); it.next().value.get("a"); it.next(orders);',
      ['Order.put', 'User.get'],
    ],
    [
      'generators in generators',
      'function* a() { yield users; } function* b() { yield* a(); } for (const c of b()) c.get("a");',
      ['User.get'],
    ],
    ['async generators', 'async function* g() { yield users; } for await (const c of g()) c.get("a");', ['User.get']],
    [
      'own iterators',
      'const it = { [Symbol.iterator]() { return { next: () => ({ done: false, value: users }) }; } }; for (const c of it) c.get("a");',
      ['User.get'],
    ],
    ['thrown values', 'try { throw users; } catch (c) { c.get("a"); }', ['User.get']],
    ['accessors of objects', 'const o = { get c() { return users; } }; o.c.get("a");', ['User.get']],
    ['timers', 'setTimeout((c) => c.get("a"), 1, users); queueMicrotask(() => orders.get("a"));', ['Order.get', 'User.get']],
    ['tags of templates', 'const tag = (s, c) => c.get("a"); tag`${users}`;', ['User.get']],
    [
      'text as names of queues',
      'const name = "mails"; await ClientBuilder.getQueueClient(name).sendMessage("x"); const q = { id: "other" } as const; ClientBuilder.getQueueClient(q.id).sendMessages([]);',
      ["'mails'.sendMessage", "'other'.sendMessages"],
    ],
    [
      'clients of all kinds',
      'ClientBuilder.getKeyValueStoreClient(String, Session).get("a"); ClientBuilder.getQueueClient(Jobs).sendMessage("a"); ClientBuilder.getServerlessFunctionWebSocketClient().disconnect("a");',
      ['Jobs.sendMessage', 'Session.get', 'only.disconnect'],
    ],
    [
      'functions',
      'ClientBuilder.getBasicServerlessFunctionClient(Calc, "add").invoke(1); ClientBuilder.getBasicServerlessFunctionInterface(Calc).sub(1); class Calc {}',
      ['Calc#add.invoke', 'Calc#sub.invoke'],
    ],
    [
      'transactions',
      'ClientBuilder.getTransactionalClient().executeWriteTransaction([users.getWriteItem(null)]).then(() => orders.get("a"));',
      ['Order.get', 'User.getWriteItem'],
    ],
    ['modules that are loaded late', 'const m = await import("./late"); await m.late();', ['User.getAll']],
    ['global variables', 'globalThis.shared = users; globalThis.shared.get("a"); shared.put(null);', ['User.get', 'User.put']],
  ];
  for (const [what, body, expected] of bodies) {
    it(`by ${what}`, () => {
      const late = {
        'late.ts': `import { ClientBuilder } from 'nimbusc'; import { User } from './stores'; export const late = () => ClientBuilder.getDocumentStoreClient(User).getAll();`,
      };
      const all = inBody(body, late).filter((one) => !one.endsWith('!') || expected.includes(one));
      expect(all).to.deep.equal([...expected].sort());
    });
  }

  const programs: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    [
      'fields and methods',
      'export class Handler { private u = users; async run() { await this.find(); } find() { return this.u.get("a"); } never() { orders.put(null); } }',
      ['User.get'],
    ],
    [
      'the constructor',
      'export class Handler { private u; constructor() { this.u = users; orders.get("a"); } run() { this.u.put(null); } }',
      ['Order.get', 'User.put'],
    ],
    ['initialisers that do something', 'export class Handler { private all = users.getAll(); run() {} }', ['User.getAll']],
    [
      'static members',
      'class S { static c = users; static { orders.get("a"); } static f() { return this.c.get("a"); } } export class Handler { run() { S.f(); } }',
      ['Order.get', 'User.get'],
    ],
    [
      'inheritance',
      'abstract class Base { abstract client(); run() { return this.client().get("a"); } } class Other extends Base { client() { return orders; } } export class Handler extends Base { client() { return users; } }',
      ['User.get'],
    ],
    [
      'super',
      'class Base { constructor(protected c) {} f() { return this.c.get("a"); } } export class Handler extends Base { constructor() { super(users); } f() { orders.get("a"); return super.f(); } run() { this.f(); } }',
      ['Order.get', 'User.get'],
    ],
    [
      'overriding',
      'class Base { f() { users.put(null); } } class A extends Base { f() { users.get("a"); } } export class Handler { private b: Base = new A(); run() { this.b.f(); } }',
      ['User.get'],
    ],
    [
      'private names and accessors',
      'export class Handler { #c = users; get c() { return this.#c; } set d(x) { x.put(null); } run() { this.c.get("a"); this.d = orders; } }',
      ['Order.put', 'User.get'],
    ],
    [
      'generic repositories',
      'class Repo<T> { constructor(private client: any2<T>) {} find(id) { return this.client.get(id); } save(x) { return this.client.put(x); } } type any2<T> = T; const u = new Repo(users); const o = new Repo(orders); export class Handler { async run() { await u.find("a"); await o.save(null); } }',
      ['Order.put', 'User.get'],
    ],
    [
      'repositories of a factory',
      'class Repo { private c; constructor(type) { this.c = ClientBuilder.getDocumentStoreClient(type); } find(id) { return this.c.get(id); } save(x) { return this.c.put(x); } } const make = (type) => new Repo(type); export class Handler { private u = make(User); private o = make(Order); run() { this.u.find("a"); this.o.save(null); } }',
      ['Order.put', 'User.get'],
    ],
    [
      'interfaces',
      'interface Finder { find(); } class A implements Finder { find() { return users.get("a"); } } class B implements Finder { find() { return orders.get("a"); } } export class Handler { constructor(private f: Finder = new A()) {} run() { this.f.find(); } }',
      ['User.get'],
    ],
    [
      'implementations of what comes from outside',
      'import { make } from "missing-di"; interface Finder { find(); } class A implements Finder { find() { return users.get("a"); } } class B implements Finder { find() { return orders.get("a"); } } const a = new A(); export class Handler { run() { const f: Finder = make("x"); f.find(); } }',
      ['User.get'],
    ],
    [
      'mixins',
      'const Timed = (Base) => class extends Base { run() { this.work(); } }; class Work { work() { users.get("a"); } } export class Handler extends Timed(Work) {}',
      ['User.get'],
    ],
    [
      'bodies that are instances',
      'class Body { name = ""; touch() { return users.put(null); } } export class Handler { run(body: Body) { body.touch(); } }',
      ['User.put'],
    ],
    [
      'fields of bodies',
      'class Part { f() { users.get("a"); } } interface Body { parts: Part[] } export class Handler { run(body: Body) { for (const p of body.parts) p.f(); } }',
      ['User.get'],
    ],
    [
      'event emitters of the project',
      'class Emitter { private ls = []; on(l) { this.ls.push(l); } emit(x) { for (const l of this.ls) l(x); } } const e = new Emitter(); e.on((c) => c.get("a")); export class Handler { run() { e.emit(users); } }',
      ['User.get'],
    ],
    [
      'event emitters of Node',
      'import { EventEmitter } from "node:events"; class Bus extends EventEmitter {} const bus = new Bus(); bus.on("a", (c) => c.get("a")); bus.on("b", () => orders.put(null)); export class Handler { run() { bus.emit("a", users); } }',
      ['User.get'],
    ],
    [
      'decorators of the project',
      'const traced = (f) => function (...args) { orders.put(null); return f.apply(this, args); }; export class Handler { @traced run() { users.get("a"); } }',
      ['Order.put', 'User.get'],
    ],
    [
      'recursion',
      'function a(n, c) { return n ? b(n - 1, c) : c.get("a"); } function b(n, c) { return a(n, c); } export class Handler { run() { a(3, users); } }',
      ['User.get'],
    ],
    ['enumerations', 'enum Op { Get = "get" } export class Handler { run() { users[Op.Get]("a"); } }', ['User.get']],
    [
      'namespaces',
      'namespace Data { export const find = () => users.get("a"); } export class Handler { run() { Data.find(); } }',
      ['User.get'],
    ],
    [
      'function constructors',
      'function Old(c) { this.c = c; } Old.prototype.find = function () { return this.c.get("a"); }; export class Handler { run() { new Old(users).find(); } }',
      ['User.get'],
    ],
    [
      'thenables',
      'class Lazy { then(resolve) { resolve(users); } } export class Handler { async run() { (await new Lazy()).get("a"); } }',
      ['User.get'],
    ],
    [
      'toJSON',
      'class Out { toJSON() { users.get("a"); return {}; } } export class Handler { run() { return { list: [new Out()] }; } }',
      ['User.get'],
    ],
    ['an unused sibling', 'export class Handler { run() { users.get("a"); } other() { orders.put(null); } }', ['User.get']],
  ];
  for (const [what, text, expected] of programs) {
    it(`through ${what}`, () => {
      expect(found(text)).to.deep.equal([...expected].sort());
    });
  }

  const escapes: readonly (readonly [what: string, body: string, expected: readonly string[]])[] = [
    ['a package', 'lib(users); lib({ deep: [orders] });', ['Order!', 'User!']],
    ['a method of a package', 'lib.use(users);', ['User!']],
    ['a name that is only known at run time', 'await users[event.method]("a");', ['User!']],
    ['a variable of type any', 'const c: any = users; await c.get("a");', ['User!', 'User.get']],
    ['a Proxy', 'new Proxy(users, {}).get("a");', ['User!']],
    ['eval, with all that it sees', 'const c = users; eval("c.get(1)");', ['?', 'Order!', 'User!']],
    ['a getter that is only known at run time', 'ClientBuilder[event.x](User);', ['?']],
    [
      'a target whose name is put together',
      'const p = "or"; ClientBuilder.getQueueClient(`${p}d${"er"}s`).sendMessage("a"); ClientBuilder.getQueueClient(p + "b").sendMessage("a");',
      ["'orb'.sendMessage", "'orders'.sendMessage"],
    ],
    [
      'a target that is only known at run time',
      'ClientBuilder.getQueueClient(process.env.QUEUE).sendMessage("a");',
      ['unknown.sendMessage'],
    ],
  ];
  for (const [what, body, expected] of escapes) {
    it(`or escapes through ${what}`, () => {
      const all = found(`import { lib } from 'missing-lib'; export class Handler { async run(event, input) { ${body} } }`);
      expect(all.filter((one) => expected.includes(one) || !one.startsWith('User.'))).to.deep.equal([...expected].sort());
    });
  }

  it('and names that grow without end, as far as is of use', () => {
    const text = `export class Handler { run() {
      let name = 'x'; for (;;) name = name + 'y';
      ClientBuilder.getQueueClient(name).sendMessage('a'); } }`;
    expect(found(text)).to.include('unknown.sendMessage').and.have.length.below(12);
  });

  it('and what packages call', () => {
    const text = `import { lib } from 'missing-lib';
      class Plugin { private c = users; hook() { return orders.get('a'); } }
      export class Handler { run() { lib(() => users.get('a')); lib(users.put); } }
      export class Second { run() { lib(new Plugin()); } }
      export class Third { run() { lib(Plugin); } }`;
    const program = programOf(sources(text));
    expect(operations(reach(program))).to.deep.equal(['User.get', 'User.put']);
    expect(operations(reach(program, 'main.ts#Second.run'))).to.deep.equal(['Order.get', 'User!']);
    expect(operations(reach(program, 'main.ts#Third.run'))).to.deep.equal(['Order.get', 'User!']);
  });

  it('through modules: re-exports, namespaces, cycles, code of their own', () => {
    const text = `import * as all from './barrel'; import './effects'; import def from './a';
      export class Handler { run() { all.find(); def(); all.ns.late(); } }`;
    const head = `import { ClientBuilder } from 'nimbusc'; import { Order, User } from './stores'; const users = ClientBuilder.getDocumentStoreClient(User); const orders = ClientBuilder.getDocumentStoreClient(Order);`;
    const all = found(text, {
      'barrel.ts': `export * from './a'; export * as ns from './b';`,
      'a.ts': `${head} import { other } from './b'; export { find as found }; export const find = () => other(); export default () => orders.put(null); `,
      'b.ts': `${head} import { find } from './a'; export const other = () => users.get('a'); export const late = () => (find(), users.getAll());`,
      'effects.ts': `${head} import { never } from './a'; function start() { return orders.getAll(); } start();`,
    });
    expect(all).to.deep.equal(['Order.getAll', 'Order.put', 'User.get', 'User.getAll']);
  });

  it('through what a factory makes', () => {
    const text = `class Repo { constructor(private c) {} find() { return this.c.get('a'); } }
      export class Handler { constructor(private repo: Repo) {} run() { return this.repo.find(); } }
      export class Factory { async create() { return new Handler(new Repo(users)); } }`;
    expect(operations(reach(programOf(sources(text)), 'main.ts#Handler.run', 'main.ts#Factory'))).to.deep.equal(['User.get']);
  });

  it('with the place and the shortest chain of calls', () => {
    const text = `class Directory { find() { return users.get('a'); } indirect() { return this.find(); } }
      export class Handler { private d = new Directory(); run() { this.d.indirect(); [1].map(() => this.d.find()); } }`;
    const all = sources(text);
    const [client] = reach(programOf(all)).clients;
    const [call] = client?.calls ?? [];
    expect(call?.path).to.deep.equal(['Handler.run', 'Directory.find']);
    expect(all['main.ts']?.slice(call?.span.start, call?.span.end)).to.equal("users.get('a')");
    expect(call?.operations).to.deep.equal(['get']);
  });
});
