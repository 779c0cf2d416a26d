// Shapes of programs that make analyses slow or overflow stacks. Bounds are many times what it takes, for slow machines.
import { expect } from 'chai';
import { operations, programOf, reach, sources } from './reach-of.js';

const list = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('\n');
const HANDLER = (body: string): string => `export class Handler { async run(event) { ${body} } }`;

describe('what a handler reaches, in a program', () => {
  const shapes: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    [
      'with a chain of 1,000 calls',
      `${list(1_000, (i) => `function f${i}(c) { return f${i + 1}(c); }`)} function f1000(c) { return c.get('a'); } ${HANDLER('f0(users);')}`,
      ['User.get'],
    ],
    [
      'with a chain of 1,000 methods of as many objects',
      `${list(1_000, (i) => `class C${i} { next = new C${i + 1}(); go(c) { return this.next.go(c); } }`)} class C1000 { go(c) { return c.get('a'); } } ${HANDLER('new C0().go(users);')}`,
      ['User.get'],
    ],
    ['with 1,000 modules in a row', HANDLER("const { f } = await import('./m0'); f(users);"), ['User.get']],
    [
      'in which 200 functions call each other',
      `${list(200, (i) => `function f${i}(c, n) { ${list(200, (k) => `if (n > ${k}) f${k}(c, n - 1);`)} ${i === 199 ? "c.get('a');" : ''} }`)} ${HANDLER('f0(users, 9);')}`,
      ['User.get'],
    ],
    [
      'with 1,000 implementations of one interface',
      `interface Work { go(): unknown } ${list(1_000, (i) => `class W${i} implements Work { go() { return ${i % 2 === 0 ? 'users.get' : 'orders.put'}('a'); } }`)}
       const all: Work[] = [${list(1_000, (i) => `new W${i}(),`)}]; ${HANDLER('for (const one of all) one.go();')}`,
      ['Order.put', 'User.get'],
    ],
    [
      'with 1,000 implementations of what comes from outside',
      `interface Work { go(): unknown } ${list(1_000, (i) => `class W${i} implements Work { go() { return users.get('a'); } }`)}
       import { made } from 'missing-di'; ${list(1_000, (i) => `new W${i}();`)} ${HANDLER('const one: Work = made(); one.go();')}`,
      ['User.get'],
    ],
    [
      'with a chain of 2,000 promises',
      HANDLER(`Promise.resolve(users)${'.then((c) => c)'.repeat(2_000)}.then((c) => c.get('a'));`),
      ['User.get'],
    ],
    ['with an expression of 5,000 operands', HANDLER(`const x = ${'1 + '.repeat(5_000)} users.get('a');`), ['User.get']],
    ['with 2,000 branches', HANDLER(`${'if (event.x) { } else '.repeat(2_000)} users.get('a');`), ['User.get']],
    [
      'with objects in objects in objects',
      `class Link { constructor(inner, c) { this.inner = inner; this.c = c; } grow() { return new Link(this, this.c); } } ${HANDLER('let l = new Link(null, users); for (;;) { l = l.grow(); l.c.get("a"); }')}`,
      ['User.get'],
    ],
    [
      'whose closures make closures',
      `const wrap = (f) => (x) => wrap((y) => f(y))(x); const loop = (f, n) => n ? loop(() => f(), n - 1) : f(); ${HANDLER('loop(() => users.get("a"), 9); wrap((c) => c.put(1))(users);')}`,
      // The second one never comes to its function.
      ['User.get'],
    ],
    [
      'whose classes extend what they are',
      `class Base { static more() { return class extends this { go(c) { return c.get('a'); } }; } } ${HANDLER('let B = Base; for (;;) { B = B.more(); new B().go(users); }')}`,
      ['User.get'],
    ],
    [
      'whose natives call natives',
      HANDLER("const a = [users]; a.push(a.map, a.forEach.bind(a), a); a.forEach(a.forEach); a.map(...a); a[0].get('a');"),
      ['User.get'],
    ],
  ];
  const rows = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [
      `m${i}.ts`,
      i === 999
        ? "export const f = (c) => c.get('a');"
        : `import { f as next } from './m${i + 1}'; export const f = (c) => next(c);`,
    ]),
  );
  for (const [what, text, expected] of shapes) {
    it(what, function () {
      this.timeout(60_000);
      const program = programOf(sources(text, what.includes('modules') ? rows : {}));
      const started = performance.now();
      const found = operations(reach(program)).filter((one) => !one.endsWith('!'));
      const seconds = (performance.now() - started) / 1_000;
      if (what.includes('natives')) expect(found).to.include('User.get');
      else expect(found).to.deep.equal(expected);
      expect(seconds, 'seconds').to.be.lessThan(40);
    });
  }
});
