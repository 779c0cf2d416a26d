// What esbuild is told of one module must not depend on who imports it first: files are met in an order of chance.

import { join } from 'node:path';
import { expect } from 'chai';
import type { OnResolveArgs, OnResolveResult, PluginBuild } from 'esbuild';
import { nodeHost } from '../../../bin/node-host.js';
import type { BundlerContext } from '../../../compiler/phases/6-bundle/bundle-functions.js';
import { entryPlugin } from '../../../compiler/phases/6-bundle/entry-plugin.js';
import { compiledBase } from '../../support/temp-project.js';

type Resolve = (args: OnResolveArgs) => OnResolveResult | undefined | null;

describe('The plugin of the bundler', () => {
  it('says the same of the side effects of a module, whoever imports it', () => {
    const resolvers: { readonly filter: RegExp; readonly namespace: string | undefined; readonly resolve: Resolve }[] = [];
    const context = {
      program: { files: [], projectDir: compiledBase, mapsNames: false },
      host: nodeHost,
      modules: {
        clientModule: (kind: string) => join(compiledBase, 'providers', 'aws', 'runtime', `${kind}.js`),
        prepared: new Map(),
      },
      runtimeDir: join(compiledBase, 'runtime'),
      decoratorRanges: new Map(),
      settings: { awsSdk: 'runtime' },
    } as unknown as BundlerContext;
    const build = {
      onResolve: ({ filter, namespace }: { filter: RegExp; namespace?: string }, resolve: Resolve) =>
        void resolvers.push({ filter, namespace, resolve }),
      onLoad: () => undefined,
    } as unknown as PluginBuild;
    void entryPlugin(new Map(), context).setup(build);
    const resolve = (path: string, importer: string, namespace: string): OnResolveResult | null | undefined =>
      resolvers
        .filter((one) => one.filter.test(path) && (one.namespace === undefined || one.namespace === namespace))
        .map((one) =>
          one.resolve({ path, importer, namespace, kind: 'import-statement', resolveDir: '', pluginData: undefined, with: {} }),
        )
        .find((result) => result !== undefined);
    const ways: readonly (readonly [string, string, string])[] = [
      ['nimbusc:core/binding', 'f0', 'nimbusc-entry'],
      ['./entry.js', 'runtime/core/json.js', 'nimbusc'],
      ['../core/entry.js', 'runtime/adapters/http-api.js', 'nimbusc'],
      ['nimbusc:adapter/queue', 'f0', 'nimbusc-entry'],
      ['./queue.js', 'runtime/adapters/http-api.js', 'nimbusc'],
      ['nimbusc:client/queue', 'f0', 'nimbusc-entry'],
      ['./queue.js', 'providers/aws/runtime/errors.js', 'nimbusc'],
    ];
    const said = new Map<string, Set<boolean | undefined>>();
    for (const way of ways) {
      const { path = '', sideEffects } = resolve(...way) ?? {};
      said.set(path, (said.get(path) ?? new Set()).add(sideEffects));
    }
    expect([...said.keys()].sort()).to.deep.equal([
      'providers/aws/runtime/queue.js',
      'runtime/adapters/queue.js',
      'runtime/core/entry.js',
    ]);
    for (const [path, all] of said) expect([...all], path).to.have.length(1);
  });
});
