import { expect } from 'chai';
import { transform } from 'esbuild';
import type { ClassShape, FunctionNode, ParamNode, TypeShape } from '../../../compiler/ir/graph.js';
import type { WireType } from '../../../compiler/ir/wire-type.js';
import { type EntryInput, entryExport, entryModel, entryWriter } from '../../../compiler/phases/6-bundle/entry-source.js';

import { array, literal, named, number, object, text, union } from '../../support/wire-types.js';

const SPAN = { file: 'src/chat.ts', start: 0, end: 1 };
const body = (wire: WireType): ParamNode => ({ role: 'body', name: 'body', wire, source: SPAN });
const event: ParamNode = { role: 'event', name: 'event', wire: { t: 'any' }, source: SPAN };

function input(
  parts: {
    fn?: Partial<FunctionNode>;
    clients?: EntryInput['clients'];
    data?: EntryInput['adapter']['data'];
    wrappers?: EntryInput['wrappers'];
  } = {},
): EntryInput {
  const fn: FunctionNode = {
    kind: 'function',
    id: 'function:Chat.join',
    name: 'Chat.join',
    source: SPAN,
    className: 'Chat',
    method: 'join',
    module: 'src/chat.ts',
    exportName: 'Chat',
    trigger: 'some-kind',
    timeoutSeconds: 10,
    memoryMb: 1024,
    environment: [],
    factory: null,
    params: [],
    result: { t: 'any' },
    doc: null,
    packages: [],
    ...parts.fn,
  };
  const adapter = { module: 'some-kind', data: parts.data ?? {} };
  return { function: fn, clients: parts.clients ?? [], adapter, wrappers: parts.wrappers ?? [] };
}

/** The entry's text, once it has proved to be a module. */
async function entry(parts: Parameters<typeof input>[0] = {}): Promise<string> {
  const text = (await entryWriter())(entryModel(input(parts)));
  await transform(text, { loader: 'js', format: 'esm' });
  return text;
}

describe('the entry of a function', () => {
  it('hands the method to the adapter', async () => {
    expect(await entry()).to.equal(
      [
        'import { adapt as adapt } from "nimbusc:adapter/some-kind";',
        'import { Chat as Handler } from "./src/chat.ts";',
        'export const handler = adapt({ create: () => new Handler(), method: "join", params: [] });',
        '',
      ].join('\n'),
    );
  });

  it('carries no readers where the adapter gives values already', async () => {
    const spec = input({ fn: { params: [event, body({ t: 'date' })] } });
    const text = (await entryWriter())(entryModel({ ...spec, adapter: { ...spec.adapter, givesBodies: true } }));
    expect(text).to.contain('params: ["event", { body: "any" }] });').and.not.contain('nimbusc:decode');
  });

  it('puts wrappers around the adapter, the first one inside', async () => {
    const text = await entry({ wrappers: ['keep-warm', 'outermost'] });
    expect(text).to.contain('import { wrap as w0 } from "nimbusc:adapter/keep-warm";');
    expect(text).to.contain('import { wrap as w1 } from "nimbusc:adapter/outermost";');
    expect(text).to.contain('export const handler = w1(w0(adapt({ create: () => new Handler(), method: "join", params: [] })));');
  });

  it('hands types to clients as they read them, and none where JSON is enough', async () => {
    const binding = {
      environment: [],
      target: null,
      data: {
        date: { reads: { t: 'date' } },
        page: { reads: named('Page', object({ at: { t: 'date' }, size: { t: 'number', minimum: 1, integer: true } })) },
        text: { reads: object({ name: { t: 'string', minLength: 2 } }) },
      },
    } as const;
    const text = await entry({
      fn: { params: [body(named('Order', object({ id: number })))] },
      clients: [{ kind: 'basic-function', binding }],
    });
    expect(text).to.contain('const d0 = object({ id: number });\nconst a0 = object({ at: date, size: atLeast(integer, 1) });');
    expect(text).to.contain('r0(null, { date: check(date), page: check(a0), text: null });');
  });

  it('has the parameters in their order, and what the adapter is told', async () => {
    const text = await entry({
      fn: { params: [event, body({ t: 'any' })] },
      data: { errors: 'NONE', limits: [1, null, { 'a-b': true }] },
    });
    expect(text).to.contain('params: ["event", { body: "any" }], errors: "NONE", limits: [1, null, { "a-b": true }] });');
  });

  it('makes the instance with the factory where there is one', async () => {
    const text = await entry({ fn: { factory: { module: '../shared/factory.ts', exportName: 'default' } } });
    expect(text)
      .to.contain('import { default as Handler } from "../shared/factory.ts";')
      .and.to.contain('create: () => new Handler().create()');
    expect(text).to.not.contain('chat.ts');
  });

  it('binds the clients before anything of the user is loaded', async () => {
    const binding = { environment: [], target: null, data: { endpoint: 'NIMBUS_ENDPOINT' } };
    const text = await entry({ clients: [{ kind: 'queue', binding }] });
    expect(text.indexOf('nimbusc:client/queue')).to.be.lessThan(text.indexOf('./src/chat.ts'));
    expect(text).to.contain('r0(null, { endpoint: "NIMBUS_ENDPOINT" });');
  });

  it('names the environment variables that the user has set, and no values', async () => {
    const environment = [{ key: 'LIMIT', value: ['secret', { variable: 'NAME' }], testValue: 'test', source: SPAN }];
    const text = await entry({ fn: { environment } });
    expect(text).to.contain('rEnvironment(null, { keys: ["LIMIT"] });');
    expect(text).to.not.match(/secret|NAME|test/);
  });

  it('is the same for the same function in two stages', async () => {
    const model = (timeoutSeconds: number) => entryModel(input({ fn: { timeoutSeconds, memoryMb: timeoutSeconds * 100 } }));
    expect(model(1)).to.deep.equal(model(2));
  });

  it('survives names that mean something in JavaScript, in templates and in HTML', async () => {
    const odd = '"`${x}`\\ </script> {{y}} \u2028 \n';
    const text = await entry({
      fn: {
        method: odd,
        module: `src/${odd}.ts`,
        exportName: odd,
        params: [body(object({ [odd]: { t: 'date' } }))],
      },
      data: { [odd]: odd, __proto__x: 1 },
    });
    expect(text.split(JSON.stringify(odd)).length - 1, 'as method, export, field, key and value').to.equal(5);
  });

  it('keeps __proto__ a key like any other', async () => {
    const data = Object.fromEntries([['__proto__', 1]]) as EntryInput['adapter']['data'];
    expect(await entry({ data })).to.contain('["__proto__"]: 1');
  });
});

describe('the class of a store in an entry', () => {
  const store = (fields: ClassShape['fields']): ClassShape => ({ name: 'User', module: 'src/user.ts', local: 'User', fields });
  const told = (target: ClassShape): EntryInput['clients'] => [
    { kind: 'table', binding: { environment: [], target, data: { shape: { shape: target } } } },
  ];
  const classOf = (module: string, local = 'Item'): TypeShape => ({
    t: 'class',
    class: { name: local, module, local, fields: [] },
  });

  const SHAPES: readonly (readonly [TypeShape, string])[] = [
    [{ t: 'any' }, '"any"'],
    [{ t: 'array', of: { t: 'string' } }, '{ a: "string" }'],
    [{ t: 'record', of: { t: 'date' } }, '{ r: "date" }'],
    [{ t: 'set', of: { t: 'bigint' } }, '{ s: "bigint" }'],
    [{ t: 'map', key: { t: 'string' }, of: { t: 'any' } }, '{ m: ["string", "any"] }'],
    [{ t: 'tuple', items: [{ t: 'string' }, { t: 'null' }] }, '{ t: ["string", "null"] }'],
    [{ t: 'union', of: [{ t: 'string' }, { t: 'null' }] }, '{ u: ["string", "null"] }'],
    [{ t: 'union', of: [{ t: 'string' }, { t: 'undefined' }] }, '{ opt: "string" }'],
    [{ t: 'object', fields: [{ name: 'a', type: { t: 'bytes' }, optional: true }] }, '{ o: { a: { opt: "bytes" } } }'],
  ];
  for (const [type, expected] of SHAPES) {
    it(`has a field of shape ${JSON.stringify(type)} as ${expected}`, async () => {
      const text = await entry({ clients: told(store([{ name: 'field', type, optional: false }])) });
      expect(text).to.contain('const k0 = classShape(c0, "User");').and.to.contain(`k0.f = { field: ${expected} };`);
    });
  }

  it('may contain itself', async () => {
    const node = store([]) as { fields: ClassShape['fields'] } & ClassShape;
    node.fields = [{ name: 'next', type: { t: 'class', class: node }, optional: true }];
    const text = await entry({ clients: told(node) });
    expect(text).to.contain(`import { ${entryExport('User')} as c0 } from "./src/user.ts";`);
    expect(text).to.contain('k0.f = { next: { opt: k0 } };').and.to.contain('r0(c0, { shape: k0 });');
  });

  it('may be a default class without a name', async () => {
    const text = await entry({ clients: told({ ...store([]), local: '*default*' }) });
    expect(text).to.contain('import { default as c0 } from "./src/user.ts";');
  });

  it('is imported once, also where it is a body', async () => {
    const user: WireType = {
      t: 'ref',
      to: {
        ...{ name: 'User', key: 'src/user.ts#User', doc: null, source: null, type: object({ id: text }) },
        class: { module: 'src/user.ts', local: 'User', name: 'User', construct: [] },
      },
    };
    const shape = store([{ name: 'id', type: { t: 'string' }, optional: false }]);
    const written = await entry({ fn: { params: [body(user)] }, clients: told(shape) });
    expect(written.split('./src/user.ts').length - 1).to.equal(1);
    expect(written).to.contain('r0(c0, { shape: k0 });').and.to.contain('const d0 = instance(c0, object({ id: string }));');
  });

  it('tells two classes of one name apart', async () => {
    const type: TypeShape = { t: 'union', of: [classOf('src/a.ts'), classOf('src/b.ts')] };
    expect(await entry({ clients: told(store([{ name: 'field', type, optional: false }])) }))
      .to.contain('from "./src/a.ts"')
      .and.to.contain('from "./src/b.ts"')
      .and.to.contain('{ u: [k1, k2] }');
  });
});

describe('the body in an entry', () => {
  describe('of a body whose type is known', () => {
    const typed = (wire: WireType): ParamNode => ({ role: 'body', name: 'body', wire, source: SPAN });
    const lines = async (wire: WireType, result: WireType = { t: 'any' }): Promise<string[]> =>
      (await entry({ fn: { params: [typed(wire)], result } })).trim().split('\n').slice(2);

    it('imports just the decoders that it needs', async () => {
      const order = named('Order', object({ id: text, 'at?': { t: 'date' }, list: array(number) }));
      expect(await lines(order)).to.deep.equal([
        ...['array', 'check', 'date', 'number', 'object', 'optional', 'string'].map(
          (name) => `import { ${name} as ${name} } from "nimbusc:decode";`,
        ),
        'const d0 = object({ id: string, at: optional(date), list: array(number) });',
        'export const handler = adapt({ create: () => new Handler(), method: "join", params: [{ body: { o: {} }, read: check(d0) }] });',
      ]);
    });

    it('shares declarations, refers to itself lazily, and imports classes', async () => {
      const item = named('Item', (self) => object({ 'next?': self }), class Item {}, ['next']);
      const local = item.t === 'ref' ? item.to.class?.local : '';
      expect((await lines(object({ a: item, b: item }))).filter((line) => !line.includes('nimbusc:'))).to.deep.equal([
        `import { __nimbus_${local} as c0 } from "./src/a.ts";`,
        'const d0 = instance(c0, object({ next: optional(lazy(() => d0)) }), "next");',
        'export const handler = adapt({ create: () => new Handler(), method: "join", params: ' +
          '[{ body: { o: {} }, read: build(object({ a: d0, b: d0 })) }] });',
      ]);
    });

    it('tells the adapter what may be absent and what may be no JSON', async () => {
      const param = async (wire: WireType): Promise<string> =>
        / params: \[(.*)\] \}\);$/.exec((await lines(wire)).at(-1) ?? '')?.[1] ?? '';
      expect(await param(text)).to.equal('{ body: "string", read: check(string) }');
      expect(await param({ t: 'bytes' })).to.equal('{ body: "bytes", read: check(bytes) }');
      expect(await param(union(text, { t: 'undefined' }))).to.equal('{ body: { opt: "string" }, read: check(string) }');
      expect(await param(union(number, { t: 'undefined' }))).to.equal('{ body: { opt: "any" }, read: check(number) }');
      expect(await param(union(literal('a'), literal('b')))).to.equal('{ body: { o: {} }, read: check(literal("a", "b")) }');
      expect(await param(union(text, number))).to.equal(
        '{ body: { o: {} }, read: check(byKind("a string or a number", { string: string, number: number })) }',
      );
      expect(await param({ t: 'any' })).to.equal('{ body: "any" }');
    });

    it('keeps names that JavaScript would take for more', async () => {
      const code = await lines(object({ ['__proto__']: text, 'a-b': text, constructor: text }));
      expect(code.at(-1)).to.contain('check(object({ "a-b": string, constructor: string }))');
    });

    it('writes results by their type where that says more', async () => {
      const pairs: WireType = { t: 'map', key: number, of: { t: 'date' } };
      const page = named('Page', (self) => object({ 'next?': self, items: array(pairs) }));
      const code = await lines({ t: 'any' }, page);
      expect(code).to.contain('const e0 = fields({ next: later(() => e0), items: items(pairs()) });');
      expect(code.at(-1)).to.contain('write: write(e0) });');
      expect((await lines({ t: 'any' }, { t: 'map', key: text, of: number })).join()).to.not.contain('write');
    });
  });
});
