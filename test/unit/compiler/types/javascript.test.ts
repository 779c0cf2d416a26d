import { expect } from 'chai';
import { checkFiles, problems } from '../../../property/projects.js';

/** The types of parameters and results in the graph, by function. */
async function typesOf(files: Readonly<Record<string, string>>): Promise<{ types: Record<string, unknown>; said: string[] }> {
  const result = await checkFiles({ 'nimbus.yml': 'projectName: p', ...files });
  const nodes = result.graphs.flatMap((graph) => graph.nodes);
  const types = nodes.flatMap(({ kind, name, options }): [string, unknown][] => {
    const { parameters, result: gives } = options as { parameters?: { type?: string }[]; result?: string };
    if (kind === 'function') return [[String(name), parameters?.map(({ type }) => type).join()]];
    return gives === undefined ? [] : [[`${name} gives`, gives]];
  });
  return { types: Object.fromEntries(types), said: problems(result).map((line) => line.replace(/^(\w+ NIM\d+) \S+ /, '$1 ')) };
}

describe('types that stand elsewhere than in TypeScript', function () {
  this.timeout(30_000);

  it('are read from the JSDoc of JavaScript files', async () => {
    const { types, said } = await typesOf({
      'tsconfig.json': '{ "compilerOptions": { "allowJs": true, "experimentalDecorators": true }, "include": ["src"] }',
      'src/orders.js': `import { BasicServerlessFunction, HttpServerlessFunction } from 'nimbusc';
        /** @typedef {{ at: Date, n?: number }} Order */
        export class Orders {
          /** @param {Order} body */
          @HttpServerlessFunction({ method: 'POST', path: 'a' }) place(body) {}
          /** @type {(body: Set<string>) => void} */
          @HttpServerlessFunction({ method: 'POST', path: 'b' }) mark(body) {}
          @HttpServerlessFunction({ method: 'POST', path: 'c' }) note(body) {}
          /** @param {Order[]} body
           * @returns {Promise<Order>} */
          @BasicServerlessFunction() async first(body) { return body[0]; }
        }`,
    });
    expect(types).to.deep.equal({
      ...{ 'Orders.place': 'Order', 'Orders.mark': 'Set<string>', 'Orders.note': 'any', 'Orders.first': 'Order[]' },
      'Orders.first gives': 'Order',
    });
    expect(said).to.deep.equal(['info NIM1702 body is any: nothing is checked there']);
  });

  it('are inferred for results that callers make again', async () => {
    const { types } = await typesOf({
      'src/a.ts': `import { BasicServerlessFunction } from 'nimbusc';
        export class A {
          @BasicServerlessFunction() async latest() { return new Map([[1n, { at: new Date() }]]); }
          @BasicServerlessFunction() nothing() {}
        }`,
    });
    expect(types).to.deep.include({ 'A.latest gives': 'Map<bigint, { at: Date }>', 'A.nothing gives': 'undefined' });
  });
});
