import { expect } from 'chai';
import { ts } from 'ts-morph';
import { contentHash } from '../../../../compiler/hash.js';
import { nimbusExports } from '../../../../compiler/kinds/exports.js';
import { readBodies } from '../../../../compiler/phases/1-load/bodies/read-bodies.js';
import { ModuleGraph } from '../../../../compiler/phases/2-read/module-graph.js';
import { followCode, type KeptReach } from '../../../../compiler/phases/3-link/reach/follow-code.js';
import { moduleSource } from '../modules.js';
import { operations, sources } from './reach-of.js';

type Files = Readonly<Record<string, string>>;

const FILES: Files = {
  ...sources(
    `import { find } from './directory'; import type { Named } from './named';
     export class Handler { async run(event: HttpEvent, named: Named) { await find(users); const { later } = await import('./later'); return later(orders, named); } }`,
    {
      'directory.ts': `export const find = (client) => client.get('a');`,
      'later.ts': `export const later = (client, named) => named.name() === '' ? null : client.put({});`,
      'named.ts': 'export interface Named { name(): string }',
    },
  ),
  'other.ts': `import { ClientBuilder } from 'nimbusc'; import { User } from './stores';
    export class Other { run() { return ClientBuilder.getDocumentStoreClient(User).delete({}); } }`,
  'unrelated.ts': 'export class Unrelated { size = 1; }',
};

/** What `Handler.run` and `Other.run` reach, and which of them were worked out anew. */
function follow(files: Files, memory: Map<string, KeptReach>): { found: string[]; anew: string[] } {
  const anew: string[] = [];
  const reached = followCode({
    graph: new ModuleGraph(moduleSource(files), nimbusExports),
    bodies: (file) => readBodies(ts.createSourceFile(file, files[file] ?? '', ts.ScriptTarget.ESNext)),
    hash: (file) => contentHash(files[file] ?? ''),
    memory: {
      get: (handler) => memory.get(handler),
      set(handler, kept) {
        anew.push((JSON.parse(handler) as string[])[2] ?? '');
        memory.set(handler, JSON.parse(JSON.stringify(kept)) as KeptReach);
      },
    },
  });
  const of = (module: string, className: string): string[] =>
    operations(reached({ module, exportName: className, className, method: 'run', factory: null } as never));
  return { found: [...of('main.ts', 'Handler'), ...of('other.ts', 'Other')], anew };
}

describe('what handlers reach, remembered between runs', () => {
  let memory: Map<string, KeptReach>;
  const ALL = ['Order.put', 'User.get', 'User.delete'];

  beforeEach(() => {
    memory = new Map();
    expect(follow(FILES, memory)).to.deep.equal({ found: ALL, anew: ['Handler', 'Other'] });
  });

  it('is not worked out again while nothing has changed', () => {
    expect(follow(FILES, memory)).to.deep.equal({ found: ALL, anew: [] });
  });

  const changes: readonly (readonly [what: string, change: Files, found: readonly string[], anew: readonly string[]])[] = [
    [
      'its own file',
      { 'other.ts': FILES['other.ts']?.replace('delete(', 'put(') ?? '' },
      ['Order.put', 'User.get', 'User.put'],
      ['Other'],
    ],
    [
      'a file that it imports',
      { 'directory.ts': `export const find = (client) => client.getAll();` },
      ['Order.put', 'User.getAll', 'User.delete'],
      ['Handler'],
    ],
    [
      'a file that it loads while it runs',
      { 'later.ts': `export const later = (client) => client.get('b');` },
      ['Order.get', 'User.get', 'User.delete'],
      ['Handler'],
    ],
    ['a file of types', { 'named.ts': 'export interface Named { name(): string; age: number }' }, ALL, ['Handler']],
    ['a file of both', { 'stores.ts': `${FILES['stores.ts']}\n` }, ALL, ['Handler', 'Other']],
    ['a file of neither', { 'unrelated.ts': 'export class Unrelated { size = 2; }' }, ALL, []],
    [
      'a file of neither, whose objects the language itself may call',
      { 'unrelated.ts': 'export class Unrelated { toString() { return ""; } }' },
      ALL,
      ['Handler', 'Other'],
    ],
  ];
  for (const [what, change, found, anew] of changes) {
    it(`counts until ${what} has changed`, () => {
      expect(follow({ ...FILES, ...change }, memory)).to.deep.equal({ found, anew });
    });
  }
});
