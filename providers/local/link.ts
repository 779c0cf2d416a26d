// Entries of functions, as the compiler writes them for the cloud, put together in this process: what they import is handed
// to them. An entry's text is nimbusc's own; nothing of it is a user's but names and limits, which it holds as literals.

import { isOfProject, type LocalClients } from '../../compiler/local-plan.js';
import * as decodeModule from '../../runtime/core/decode.js';
import * as encodeModule from '../../runtime/core/encode.js';
import * as coreModule from '../../runtime/core/entry.js';
import * as mysql from '../../runtime/databases/mysql.js';
import * as oracle from '../../runtime/databases/oracle.js';
import * as postgresql from '../../runtime/databases/postgresql.js';
import * as sqlserver from '../../runtime/databases/sqlserver.js';
import { adapters } from './adapters.js';
import { PackageImport } from './packages.js';

type Model = LocalClients['model'];

export interface Linked {
  /** What each client, or each reader of events, is told; in the order of the model. */
  readonly registrations: readonly { readonly target: unknown; readonly data: unknown }[];
  /** Makes the handler, and with it the instance of the user's class. */
  readonly handler: () => (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>;
}

/** @param project gives what an import of a file of the project stands for */
export function link(model: Model, project: (one: Model['imports'][number]) => unknown): Linked {
  const imports = model.imports.filter(({ name }) => name !== 'register');
  const values = imports.map((one) => nimbusExport(one) ?? (isOfProject(one) ? project(one) : packageImport(one)));
  const text = [
    '"use strict";',
    ...model.shapes.map(({ as, class: Class, name }) => `const ${as} = classShape(${Class}, ${name});`),
    ...model.shapes.flatMap(({ as, fields }) => (fields === null ? [] : [`${as}.f = ${fields};`])),
    ...model.constants.map(({ as, code }) => `const ${as} = ${code};`),
    `return { registrations: [${model.registrations.map(({ target, data }) => `{ target: ${target}, data: ${data} }`).join(', ')}],`,
    `handler: () => ${model.handler} };`,
  ].join('\n');
  return new Function(...imports.map(({ as }) => as), text)(...values) as Linked;
}

const modules: { readonly [name: string]: object } = {
  core: coreModule,
  decode: decodeModule,
  encode: encodeModule,
  'database/mysql': mysql,
  'database/oracle': oracle,
  'database/postgresql': postgresql,
  'database/sqlserver': sqlserver,
};

function nimbusExport({ name, from }: Model['imports'][number]): unknown {
  const [, module] = /^"nimbusc:(.+)"$/.exec(from) ?? [];
  if (module === undefined) return undefined;
  const found = module.startsWith('adapter/') ? adapters[module.slice('adapter/'.length)] : modules[module];
  const value = (found as Record<string, unknown> | undefined)?.[name];
  if (value === undefined) throw new Error(`the local cloud has no ${name} of ${from}`);
  return value;
}

/** Packages are loaded when they are used: a test that asks no database needs no driver. */
const packageImport = ({ name, from }: Model['imports'][number]): PackageImport =>
  new PackageImport(JSON.parse(from) as string, name);
